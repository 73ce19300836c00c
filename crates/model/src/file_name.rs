use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// The most bytes of a name: what file systems commonly take.
const LONGEST: usize = 255;
/// The longest ending that is kept where a name is too long, in bytes, with its dot.
const LONGEST_ENDING: usize = 12;
/// What has a meaning of its own in the paths or streams of Windows. The quotation mark has
/// none, and people use it.
const RESERVED: [char; 6] = ['<', '>', ':', '|', '?', '*'];
/// What Windows takes for a device, whatever comes behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// And with a digit behind it.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// The name of a file, as its sender gives it, made safe to show and to save under: without
/// folders, without what cannot be seen or turns the text around it, not hidden, not too long.
/// Empty where nothing is left.
///
/// Names come from chat partners and from callers, and go to owners, to browsers and to chat
/// partners: all of them pass through here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct FileName(String);

impl FileName {
    /// Makes a name of what somebody wrote.
    pub fn new(text: &str) -> Self {
        // What ends in a folder is called like the folder.
        let last = text.rsplit(['/', '\\']).map(clean).find(|part| !part.is_empty());
        Self(last.unwrap_or_default())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the last dot and the part behind it, if both are there.
    pub fn parts(&self) -> Option<(&str, &str)> {
        self.0.rsplit_once('.').filter(|(stem, ending)| !stem.is_empty() && !ending.is_empty())
    }
}

/// One part of a path as a name.
fn clean(part: &str) -> String {
    let visible = part.chars().filter(|c| !is_unseen(*c));
    let plain = visible.map(|c| if RESERVED.contains(&c) { '_' } else { c });
    let plain: String = plain.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    // A dot in front hides a file; Windows drops dots and blanks at the end.
    let bare = plain.trim_matches(['.', ' ']);
    let name = if is_device(bare) { format!("_{bare}") } else { bare.to_owned() };
    shortened(&name)
}

/// What is not seen, or changes the direction of what is: `U+202E` makes `exe.pdf` of a
/// program. The joiners `U+200C` and `U+200D` stay: Persian and emoji are written with them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = || {
        let stem = stem.strip_suffix(|c: char| c.is_ascii_digit());
        stem.is_some_and(|stem| NUMBERED_DEVICES.contains(&stem))
    };
    DEVICES.contains(&stem.as_str()) || numbered()
}

/// The beginning and the ending of a name that is too long.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.len() > LONGEST_ENDING { "" } else { ending };
    let most = LONGEST - ending.len();
    let end = (0..=most).rev().find(|at| name.is_char_boundary(*at)).unwrap_or_default();
    format!("{}{ending}", name[..end].trim_end_matches(['.', ' ']))
}

impl From<&str> for FileName {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for FileName {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl Deref for FileName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_honest_name_stays_as_it_is() {
        for name in [
            "Invoice 5.pdf",
            "Año \"1\" (copy) – final.tar.gz",
            "счёт №12.docx",
            "می\u{200c}خواهم.txt",
            "👩\u{200d}🚀.png",
            "100%.txt",
            "constant.c",
            "a&b='c'+[d]{e}!.pdf",
        ] {
            assert_eq!(FileName::new(name).as_str(), name);
        }
    }

    #[test]
    fn a_name_leads_nowhere() {
        for (text, name) in [
            ("../../etc/passwd", "passwd"),
            (r"..\..\boot.ini", "boot.ini"),
            (r"C:\Users\ann\a.txt", "a.txt"),
            ("C:a.txt", "C_a.txt"),
            ("a.txt:b.exe", "a.txt_b.exe"),
            ("folder/", "folder"),
            ("a/..", "a"),
            ("..", ""),
            ("/", ""),
            ("  ", ""),
            ("", ""),
            (".htaccess", "htaccess"),
            ("... .a", "a"),
            ("program.exe. .", "program.exe"),
            ("NUL", "_NUL"),
            ("com1.txt", "_com1.txt"),
            ("company.txt", "company.txt"),
        ] {
            assert_eq!(FileName::new(text).as_str(), name, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_not_there() {
        for (text, name) in [
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("\u{2067}a\u{2069}\u{200f}.pdf", "a.pdf"),
            ("a\r\nb\0\u{85}.txt", "ab.txt"),
            ("a\u{200b}\u{feff}.p\u{2028}df", "a.pdf"),
            ("a\u{a0}b\u{3000}.txt", "a b .txt"),
            ("\u{202e}..\u{202e}/", ""),
        ] {
            assert_eq!(FileName::new(text).as_str(), name, "{text:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        for text in [format!("{}.pdf", "я".repeat(300)), format!("{}.pdf", "a".repeat(300))] {
            let name = FileName::new(&text);
            assert!(name.len() <= LONGEST && name.len() > 250, "{name}");
            assert!(name.ends_with(".pdf") && text.starts_with(&name[..240]), "{name}");
        }
        assert!(FileName::new(&format!("a.{}", "b".repeat(300))).len() <= LONGEST);
    }

    #[test]
    fn a_cleaned_name_is_clean() {
        for text in ["../a\u{202e}/b:c.", "CON.CON", "\u{202e}.\u{202e}./x", "...", "a. .b. "] {
            let name = FileName::new(text);
            assert_eq!(FileName::new(&name), name, "{text:?}");
        }
    }

    #[test]
    fn an_old_row_is_cleaned_as_well() -> serde_json::Result<()> {
        let read: FileName = serde_json::from_str("\"../a\\u202e.pdf\"")?;
        assert_eq!(read.as_str(), "a.pdf");
        assert_eq!(serde_json::to_string(&read)?, "\"a.pdf\"");
        Ok(())
    }
}
