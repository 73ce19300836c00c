//! What a file is, whatever it is called.

use crate::names::{essence, mime_of};

/// How many bytes of a file are looked at to tell its type.
pub(crate) const HEAD: usize = 8 * 1024;
/// What is said of a file of which nothing is known.
pub(crate) const UNKNOWN: &str = "application/octet-stream";
/// Ogg with Opus in it, in the words by which WhatsApp knows a voice message.
pub(crate) const OPUS: &str = "audio/ogg; codecs=opus";

/// Types of bytes that are the wrapping of others, which the name tells better: a .jar or .odt
/// is a ZIP.
const WRAPPINGS: [&str; 5] =
    ["application/zip", "application/x-ole-storage", UNKNOWN, "text/xml", "text/html"];
/// The longest MIME type that is believed (RFC 4288, section 4.2).
const LONGEST_TYPE: usize = 127;

/// A MIME type, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RealType {
    pub(crate) mime: String,
    /// Whether the bytes say so, and not only a name.
    pub(crate) seen: bool,
}

/// The type of a file that begins with `head`: by its bytes, else by its name, else as
/// somebody claims.
pub(crate) fn real_type(head: &[u8], name: &str, claimed: Option<&str>) -> RealType {
    let by_name = mime_of(name).map(usual_word);
    let by_bytes = infer::get(head).map(|found| usual_word(found.mime_type()));
    let by_bytes = by_bytes.filter(|mime| *mime != "image/bmp" || is_bitmap(head));
    match (by_bytes, by_name) {
        (Some(bytes), Some(name)) if is_wrapping_of(bytes, name) => told(name),
        (Some(bytes), _) if bytes != UNKNOWN => RealType { mime: bytes.to_owned(), seen: true },
        (_, Some(name)) => told(name),
        _ => told(claimed.filter(|mime| is_type(mime)).map_or(UNKNOWN, essence)),
    }
}

fn told(mime: &str) -> RealType {
    RealType { mime: mime.to_owned(), seen: false }
}

fn is_wrapping_of(bytes: &str, name: &str) -> bool {
    let plays = ["image/", "audio/", "video/"].iter().any(|sort| name.starts_with(sort));
    WRAPPINGS.contains(&bytes) && (!plays || name == "image/svg+xml")
}

/// Many a text begins with "BM" as well. After the header of the file comes that of the
/// picture, which begins with its own length.
fn is_bitmap(head: &[u8]) -> bool {
    matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// One word for each type where several are in use.
fn usual_word(mime: &'static str) -> &'static str {
    match mime {
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/opus" => OPUS,
        "audio/x-wav" => "audio/wav",
        "audio/x-flac" => "audio/flac",
        "video/x-m4v" => "video/mp4",
        other => other,
    }
}

/// Whether a text has the form of a MIME type that says something.
fn is_type(text: &str) -> bool {
    let word = |part: &str| {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        !part.is_empty() && part.bytes().all(token)
    };
    let essence = essence(text);
    essence.len() <= LONGEST_TYPE
        && essence.split_once('/').is_some_and(|(sort, kind)| word(sort) && word(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mime(head: &[u8], name: &str, claimed: Option<&str>) -> String {
        real_type(head, name, claimed).mime
    }

    #[test]
    fn bytes_win_over_name_and_name_over_claim() {
        assert_eq!(mime(b"%PDF-1.7\n", "a.jpg", Some("image/png")), "application/pdf");
        assert_eq!(mime(b"a;b;c", "a.csv", Some("image/png")), "text/csv");
        assert_eq!(mime(b"a;b;c", "a", Some("text/csv; charset=utf-8")), "text/csv");
        assert_eq!(mime(b"a;b;c", "a", None), UNKNOWN);
        assert_eq!(mime(b"", "", None), UNKNOWN);
    }

    #[test]
    fn a_wrapping_is_called_by_what_it_wraps() {
        let zip = b"PK\x03\x04\x14\x00\x00\x00\x08\x00";
        assert_eq!(mime(zip, "a.zip", None), "application/zip");
        assert_eq!(mime(zip, "a.jar", None), "application/java-archive");
        assert_eq!(mime(zip, "a.mp4", None), "application/zip");
        assert_eq!(mime(b"<?xml version='1.0'?><svg/>", "a.svg", None), "image/svg+xml");
    }

    #[test]
    fn a_text_is_no_bitmap() {
        assert_eq!(mime(b"BMW, Audi, Porsche, Opel", "cars.csv", None), "text/csv");
    }

    #[test]
    fn a_claim_that_is_no_type_is_not_believed() {
        for claim in ["", "image", "image/", "/png", "a b/c", "image/p\r\nng", "a/b/c"] {
            assert_eq!(mime(b"", "", Some(claim)), UNKNOWN, "{claim}");
        }
        assert_eq!(mime(b"", "", Some(&format!("a/{}", "b".repeat(200)))), UNKNOWN);
    }
}
