//! Names of files, as callers give them.

use std::path::Path;

/// How many bytes of a name are kept: what file systems commonly take.
const LONGEST: usize = 255;
/// How many characters an extension has at most: what is longer is a part of the name.
const LONGEST_EXTENSION: usize = 10;
/// The extension of a file of which nothing is known (specification, `uploadFile`).
const UNKNOWN: &str = "bin";
/// The name of a file that has none.
const NAMELESS: &str = "file";

/// A name without folders and control characters, not too long; empty where nothing is left.
pub(crate) fn plain(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    // The end is kept: it has the extension.
    let start = clean.len().saturating_sub(LONGEST);
    let start = (start..clean.len()).find(|at| clean.is_char_boundary(*at)).unwrap_or(0);
    match &clean[start..] {
        "." | ".." => String::new(),
        name => name.to_owned(),
    }
}

/// The name with an extension: its own or, if it has none, that of its type.
pub(crate) fn complete(name: &str, mime_type: &str) -> String {
    let name = if name.is_empty() { NAMELESS } else { name };
    if has_extension(name) {
        return name.to_owned();
    }
    let extension = siskin_media::extension_of(mime_type).unwrap_or(UNKNOWN);
    plain(&format!("{name}.{extension}"))
}

fn has_extension(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        (1..=LONGEST_EXTENSION).contains(&extension.len())
            && extension.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere() {
        for (text, name) in [
            ("Invoice 5.pdf", "Invoice 5.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\ann\a.txt", "a.txt"),
            ("a\r\nb\0.txt", "ab.txt"),
            ("..", ""),
            ("", ""),
        ] {
            assert_eq!(plain(text), name, "{text}");
        }
        let long = plain(&format!("{}.pdf", "я".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with("я.pdf"), "{long}");
    }

    #[test]
    fn a_name_without_extension_gets_that_of_its_type() {
        for (name, mime, complete_name) in [
            ("photo.png", "image/jpeg", "photo.png"),
            ("photo", "image/jpeg", "photo.jpg"),
            ("Invoice No. 5", "application/pdf", "Invoice No. 5.pdf"),
            ("", "application/x-nobody-knows", "file.bin"),
            ("", "application/octet-stream", "file.bin"),
        ] {
            assert_eq!(complete(name, mime), complete_name);
        }
    }
}
