//! What a file is, whatever it is called.

use siskin_model::{FileName, MimeType};

use crate::names::{is_page, mime_of};
use crate::page::is_html;

/// How many bytes of a file are looked at to tell its type.
pub(crate) const HEAD: usize = 8 * 1024;
/// What is said of a file of which nothing is known.
const UNKNOWN: &str = "application/octet-stream";
/// Ogg with Opus in it, in the words by which WhatsApp knows a voice message.
pub(crate) const OPUS: &str = "audio/ogg; codecs=opus";

/// Types of bytes that are the wrapping of others, which the name tells better: a .jar or .odt
/// is a ZIP.
const WRAPPINGS: [&str; 3] = ["application/zip", "application/x-ole-storage", UNKNOWN];
/// Formats that programs also write as HTML or XML, under their own extension.
const WRITTEN_AS_PAGES: [&str; 3] =
    ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"];

/// A MIME type, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RealType {
    pub(crate) mime: MimeType,
    /// Whether the bytes say so, and not only a name.
    pub(crate) seen: bool,
}

/// The type of a file that begins with `head`: by its bytes, else by its name, else as
/// somebody claims.
pub(crate) fn real_type(head: &[u8], name: &FileName, claimed: Option<&MimeType>) -> RealType {
    let by_name = mime_of(name).map(usual_word);
    let claimed_page = claimed.filter(|claim| is_page(claim));
    match (by_bytes(head), by_name) {
        (Some(bytes), Some(name)) if is_wrapping_of(bytes, name) => told(name),
        (Some(bytes), _) if bytes != UNKNOWN => RealType { mime: bytes.into(), seen: true },
        // What its bytes do not show is not what the name promises, but what a server says.
        (None, Some(name)) if shows_itself(name) && !head.is_empty() => {
            claimed_page.map_or_else(|| told(name), |page| told(page))
        }
        (_, Some(name)) => told(name),
        _ => told(claimed.map_or(UNKNOWN, |claim| claim.essence())),
    }
}

fn told(mime: &str) -> RealType {
    RealType { mime: mime.into(), seen: false }
}

fn by_bytes(head: &[u8]) -> Option<&'static str> {
    if is_html(head) {
        return Some("text/html");
    }
    let found = infer::get(head).map(|found| usual_word(found.mime_type()));
    found.filter(|mime| *mime != "image/bmp" || is_bitmap(head))
}

fn is_wrapping_of(bytes: &str, name: &str) -> bool {
    match bytes {
        "text/html" | "text/xml" => !shows_itself(name),
        bytes => WRAPPINGS.contains(&bytes) && !is_seen_or_heard(name),
    }
}

/// Whether every file of a type begins with bytes that tell it.
fn shows_itself(mime: &str) -> bool {
    let is_text = mime.starts_with("text/") || WRITTEN_AS_PAGES.contains(&mime);
    is_seen_or_heard(mime) || (!is_text && infer::is_mime_supported(mime))
}

fn is_seen_or_heard(mime: &str) -> bool {
    let is_medium = ["image/", "audio/", "video/"].iter().any(|sort| mime.starts_with(sort));
    is_medium && mime != "image/svg+xml"
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

#[cfg(test)]
mod tests {
    use super::*;

    fn mime(head: &[u8], name: &str, claimed: Option<&str>) -> String {
        let claimed = claimed.map(MimeType::from);
        real_type(head, &name.into(), claimed.as_ref()).mime.to_string()
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
        assert_eq!(mime(b"<html><table>", "a.xls", None), "application/vnd.ms-excel");
        assert_eq!(mime(b"<html><p>", "a.php", None), "application/x-httpd-php");
    }

    #[test]
    fn a_page_is_nothing_that_shows_itself_by_its_bytes() {
        for name in ["a.pdf", "a.jpg", "a.mp4", "a.zip", "a.docx", "a.html", "a"] {
            assert_eq!(mime(b"<!DOCTYPE html>\n<html>", name, None), "text/html", "{name}");
            assert_eq!(mime(b"\xef\xbb\xbf\r\n<html\n lang=en>", name, None), "text/html");
        }
        assert_eq!(mime(b"<?xml version='1.0'?><Error/>", "a.pdf", None), "text/xml");
        // Where the bytes say nothing, the server does.
        assert_eq!(mime(b"Not found", "a.pdf", Some("text/html")), "text/html");
        assert_eq!(mime(b"Not found", "a.pdf", Some("application/pdf")), "application/pdf");
        assert_eq!(mime(b"a;b", "a.csv", Some("text/html")), "text/csv");
    }

    #[test]
    fn a_text_is_no_bitmap() {
        assert_eq!(mime(b"BMW, Audi, Porsche, Opel", "cars.csv", None), "text/csv");
    }
}
