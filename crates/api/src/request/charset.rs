//! Texts that come as bytes: read in the charset that they say they have, or refused. A
//! character that was guessed wrong would reach somebody's phone as a question mark.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::error::ApiError;

const NOT_READABLE: &str =
    "bad request data: the text is no UTF-8, nor in the charset that its Content-Type names";

/// The text that the bytes are. A byte order mark says which charset they have; else the
/// `charset` of their Content-Type does; else it is UTF-8, as it is where nobody knows the
/// charset by that name.
///
/// # Errors
/// When they are no text of that charset.
pub(super) fn decode(bytes: &[u8], content_type: Option<&str>) -> Result<String, ApiError> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or_else(|| {
        let named = content_type.and_then(label).and_then(|it| Encoding::for_label(it.as_bytes()));
        (named.unwrap_or(UTF_8), 0)
    });
    let bytes = bytes.get(mark..).unwrap_or_default();
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(Cow::into_owned).ok_or_else(|| ApiError::Refused(NOT_READABLE.into()))
}

/// The `charset` of a Content-Type (RFC 9110, section 8.3.2).
fn label(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(bytes: &[u8], content_type: &str) -> Option<String> {
        decode(bytes, Some(content_type).filter(|it| !it.is_empty())).ok()
    }

    #[test]
    fn a_text_is_read_in_its_charset() {
        let utf_16: Vec<u8> = "Año".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, content_type) in [
            ("Año".as_bytes(), ""),
            ("Año".as_bytes(), "application/json"),
            ("Año".as_bytes(), "application/json; charset=UTF-8"),
            ("Año".as_bytes(), "application/json;Charset=\"utf8\""),
            ("Año".as_bytes(), "application/json; charset=none-such"),
            (b"A\xf1o", "application/json; charset=iso-8859-1"),
            (b"A\xf1o", "text/plain; x=1; charset=windows-1252"),
            (&utf_16, "application/json; charset=utf-16le"),
        ] {
            assert_eq!(read(bytes, content_type).as_deref(), Some("Año"), "{content_type}");
        }
        assert_eq!(read(b"\xcf\xf0\xe8", "text/plain; charset=windows-1251").unwrap(), "При");
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_no_part_of_the_text() {
        let big: Vec<u8> = "\u{feff}Año".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in ["\u{feff}Año".as_bytes(), &big] {
            assert_eq!(read(bytes, "application/json; charset=iso-8859-1").unwrap(), "Año");
        }
    }

    #[test]
    fn what_is_no_text_of_the_charset_is_refused() {
        for (bytes, content_type) in [
            (&b"A\xf1o"[..], ""),
            (b"A\xf1o", "application/json; charset=utf-8"),
            (b"A\xf1o", "application/json; charset=none-such"),
            (b"\xed\xa0\xbd", "application/json"),
            (b"\xff\xfeA", "application/json"),
            (b"\xe2\x82", ""),
        ] {
            let error = decode(bytes, Some(content_type)).unwrap_err();
            assert!(error.to_string().starts_with("bad request data"), "{error}");
        }
    }
}
