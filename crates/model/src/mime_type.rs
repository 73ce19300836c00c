use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// What is said of a file of which nothing is known.
const UNKNOWN: &str = "application/octet-stream";
/// The longest type and subtype (RFC 6838, section 4.2): 127 characters each in theory, and
/// together in every type that there is.
const LONGEST: usize = 127;
/// The longest name of a codec.
const LONGEST_CODEC: usize = 32;

/// A MIME type that somebody names: a type and a subtype, in small letters, and of all
/// parameters the codec, by which WhatsApp knows a voice message. Whatever else a sender
/// writes, such as a second type behind a comma, never gets into one: it is put into the
/// header of an answer of ours.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct MimeType(String);

impl MimeType {
    /// Reads a type with its parameters. `None`: it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        let essence = parts.next()?.trim();
        let (sort, kind) = essence.split_once('/')?;
        if essence.len() > LONGEST || !is_word(sort) || !is_word(kind) {
            return None;
        }
        let mut mime_type = essence.to_ascii_lowercase();
        if let Some(codec) = parts.find_map(codec) {
            mime_type = format!("{mime_type}; codecs={codec}");
        }
        Some(Self(mime_type))
    }

    /// The type of a file of which nothing is known.
    pub fn unknown() -> Self {
        Self(UNKNOWN.to_owned())
    }

    /// Whether it says nothing of the file.
    pub fn is_unknown(&self) -> bool {
        self.0 == UNKNOWN
    }

    /// The text, as headers and messages have it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type and subtype alone.
    pub fn essence(&self) -> &str {
        self.0.split(';').next().unwrap_or_default()
    }
}

/// RFC 6838, section 4.2.
fn is_word(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    first && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
}

/// The codec that a parameter names, if it is one.
fn codec(parameter: &str) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    let value = value.trim().trim_matches('"');
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    let fits = plain && (1..=LONGEST_CODEC).contains(&value.len());
    (fits && name.trim().eq_ignore_ascii_case("codecs")).then(|| value.to_ascii_lowercase())
}

/// What is none is the type of a file of which nothing is known.
impl From<&str> for MimeType {
    fn from(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(Self::unknown)
    }
}

impl From<String> for MimeType {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl Deref for MimeType {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MimeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_one_type_and_perhaps_a_codec() {
        for (text, mime_type) in [
            ("image/png", "image/png"),
            (" Image/PNG ", "image/png"),
            ("audio/ogg; codecs=opus", "audio/ogg; codecs=opus"),
            ("audio/ogg;Codecs=\"OPUS\"", "audio/ogg; codecs=opus"),
            ("text/plain; charset=utf-8", "text/plain"),
            ("image/svg+xml", "image/svg+xml"),
            ("application/vnd.ms-excel.sheet.macroEnabled.12; x=1", {
                "application/vnd.ms-excel.sheet.macroenabled.12"
            }),
        ] {
            assert_eq!(MimeType::from(text).as_str(), mime_type, "{text}");
        }
    }

    #[test]
    fn what_is_more_than_a_type_is_none() {
        for text in [
            "",
            "image",
            "image/",
            "/png",
            "image/png/jpeg",
            "text/html, image/png",
            "image/png,text/html",
            "text/html image/png",
            "image/png\r\nX-Evil: 1",
            "image/p\u{202e}ng",
            "image/пнг",
            "*/*",
            "../../etc",
            "<b>/<i>",
        ] {
            assert_eq!(MimeType::parse(text), None, "{text:?}");
            assert!(MimeType::from(text).is_unknown(), "{text:?}");
        }
        assert_eq!(MimeType::parse(&format!("a/{}", "b".repeat(200))), None);
    }

    #[test]
    fn nothing_is_hidden_behind_a_type() {
        for text in [
            "image/png; x=1, text/html",
            "image/png; codecs=\"a, text/html\"",
            "image/png;codecs=a\r\nX-Evil: 1",
            "image/png;;text/html",
        ] {
            assert_eq!(MimeType::from(text).as_str(), "image/png", "{text:?}");
        }
    }

    #[test]
    fn an_old_row_is_read_as_strictly() -> serde_json::Result<()> {
        let read: MimeType = serde_json::from_str("\"text/html, image/png\"")?;
        assert!(read.is_unknown());
        assert_eq!(serde_json::to_string(&MimeType::from("image/png"))?, "\"image/png\"");
        Ok(())
    }
}
