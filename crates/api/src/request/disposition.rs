//! Names of files in headers. Whatever way a client writes them, they are read here.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{Encoding, WINDOWS_1252};
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use siskin_model::FileName;

/// What browsers write for what cannot stand in quotes (HTML, "multipart form data").
const ESCAPED: [(&str, &str); 3] = [("%22", "\""), ("%0D", "\r"), ("%0A", "\n")];
/// Base64 of mail, whose writers forget the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The name that `Content-Disposition` gives (RFC 6266, RFC 7578): the one in Unicode
/// (`filename*`) before the plain one. `None`: it names no file.
pub(super) fn file_name(header: &HeaderValue) -> Option<FileName> {
    let header = text(header);
    let parameters = parameters(&header);
    let value = |wanted: &str| {
        let found = parameters.iter().find(|(key, _)| key == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let name = value("filename*").and_then(extended).or_else(|| value("filename").map(plain))?;
    (!name.is_empty()).then(|| name.into())
}

/// The name that a header gives which has nothing else in it.
pub(super) fn bare_file_name(header: &HeaderValue) -> Option<FileName> {
    let name = FileName::from(words(&text(header)));
    (!name.is_empty()).then_some(name)
}

/// A header as text: clients put names into it in raw UTF-8, old ones in Latin-1.
fn text(header: &HeaderValue) -> String {
    let bytes = header.as_bytes();
    let latin = || WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned)
}

/// The parameters after the first semicolon, their quotes taken off.
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_kind, rest)| rest);
    while let Some((key, after)) = rest.split_once('=') {
        let key = key.trim_matches(|c: char| c == ';' || c.is_whitespace()).to_ascii_lowercase();
        let (value, after) = value(after.trim_start());
        found.push((key, value));
        rest = after;
    }
    found
}

/// A value, in quotes or up to the next semicolon; and what comes after it. A backslash that
/// escapes nothing is one of a path of Windows.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), after);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some((_, escaped @ ('"' | '\\')))) => {
                value.push(*escaped);
                characters.next();
            }
            ('"', _) => return (value, &quoted[at + 1..]),
            _ => value.push(character),
        }
    }
    (value, "")
}

/// A name with its charset in front and its bytes in percents (RFC 8187).
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    decoded(&percent_decode_str(encoded).collect::<Vec<u8>>(), charset)
}

fn plain(value: &str) -> String {
    let escaped = ESCAPED.iter().fold(value.to_owned(), |value, (escape, character)| {
        value.replace(escape, character).replace(&escape.to_ascii_lowercase(), character)
    });
    words(&escaped)
}

/// A text with the words of mail in it read (RFC 2047): clients that were made for mail write
/// names so.
fn words(text: &str) -> String {
    let mut read = String::new();
    let mut rest = text;
    let mut follows_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        let Some((word, length)) = word(from) else {
            read.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            follows_word = false;
            continue;
        };
        // Blanks between two words only part them.
        if !follows_word || !before.trim().is_empty() {
            read.push_str(before);
        }
        read.push_str(&word);
        rest = &from[length..];
        follows_word = true;
    }
    read + rest
}

/// The word that a text begins with, and how long it is as it is written.
fn word(text: &str) -> Option<(String, usize)> {
    let mut parts = text.strip_prefix("=?")?.splitn(3, '?');
    let (charset, encoding, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let encoded = &rest[..rest.find("?=")?];
    let bytes = match encoding {
        "B" | "b" => BASE64.decode(encoded).ok()?,
        "Q" | "q" => quoted_printable(encoded),
        _ => return None,
    };
    // A language may stand behind the charset (RFC 2231, section 5).
    let charset = charset.split('*').next().unwrap_or_default();
    let length = "=????=".len() + text[2..].split('?').take(2).map(str::len).sum::<usize>();
    Some((decoded(&bytes, charset)?, length + encoded.len()))
}

fn quoted_printable(encoded: &str) -> Vec<u8> {
    let percents = encoded.replace('%', "%25").replace('=', "%").replace('_', " ");
    percent_decode_str(&percents).collect()
}

/// Bytes of a charset. `None`: nobody knows it, or they are none of it.
fn decoded(bytes: &[u8], charset: &str) -> Option<String> {
    let encoding = Encoding::for_label(charset.trim().as_bytes())?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn name(header: &[u8]) -> Option<String> {
        file_name(&HeaderValue::from_bytes(header).unwrap()).map(|name| name.to_string())
    }

    #[test]
    fn a_name_is_read_however_a_client_writes_it() {
        for (header, expected) in [
            ("form-data; name=file; filename=a.pdf", "a.pdf"),
            (r#"form-data; name="file"; filename="a b; c.pdf""#, "a b; c.pdf"),
            (r#"form-data;FileName="say \"hi\".txt" ; size=3"#, "say \"hi\".txt"),
            (r#"form-data; filename="say %22hi%22.txt""#, "say \"hi\".txt"),
            (r#"form-data; filename="a%0d%0Ab.txt""#, "ab.txt"),
            (r#"form-data; filename="100%25 a%20b.txt""#, "100%25 a%20b.txt"),
            (r#"form-data; filename="grüße.pdf""#, "grüße.pdf"),
            (r#"form-data; filename="C:\Users\ann\a.txt""#, "a.txt"),
            (r#"form-data; filename="unclosed.pdf"#, "unclosed.pdf"),
            ("form-data; filename*=UTF-8''%D1%8F.pdf", "я.pdf"),
            ("form-data; filename*=utf-8''A%C3%B1o%20+1%262.pdf", "Año +1&2.pdf"),
            ("form-data; filename*=iso-8859-1''A%F1o.pdf", "Año.pdf"),
            ("form-data; filename*=windows-1251'ru'%FF.pdf", "я.pdf"),
            (r#"form-data; filename="a.pdf"; filename*=utf-8'ru'%D1%8F.pdf"#, "я.pdf"),
            (r#"form-data; filename*=UTF-8''b.pdf; filename="a.pdf""#, "b.pdf"),
            (r#"form-data; filename="a.pdf"; filename*=nonsense''%FF"#, "a.pdf"),
            (r#"form-data; filename="a.pdf"; filename*=utf-8''%FF"#, "a.pdf"),
            (r#"form-data; filename="=?utf-8?B?QcOxby5wZGY=?=""#, "Año.pdf"),
            (r#"form-data; filename="=?UTF-8?b?QcOxby5wZGY?=""#, "Año.pdf"),
            (r#"form-data; filename="=?iso-8859-1?Q?A=F1o_1%2.pdf?=""#, "Año 1%2.pdf"),
            (r#"form-data; filename="=?utf-8*es?q?A=C3=B1?= =?utf-8?q?o.pdf?=""#, "Año.pdf"),
            (r#"form-data; filename="a =?utf-8?q?b?= c.pdf""#, "a b c.pdf"),
            (r#"form-data; filename="a=?b=?.pdf""#, "a=_b=_.pdf"),
            (r#"form-data; filename="../../etc/passwd""#, "passwd"),
            ("form-data; filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
            ("form-data; filename*=utf-8''a%E2%80%AEfdp.exe", "afdp.exe"),
        ] {
            assert_eq!(name(header.as_bytes()).as_deref(), Some(expected), "{header}");
        }
        assert_eq!(name(b"form-data; filename=\"A\xf1o.pdf\"").as_deref(), Some("Año.pdf"));
    }

    #[test]
    fn a_header_without_a_name_gives_none() {
        for header in ["", "form-data", "form-data; name=\"file\"", "form-data; filename=", "a;b"] {
            assert_eq!(name(header.as_bytes()), None, "{header}");
        }
        for header in ["form-data; filename*=utf-8", "form-data; filename=\"..\""] {
            assert_eq!(name(header.as_bytes()).unwrap_or_default(), "", "{header}");
        }
    }

    #[test]
    fn a_name_alone_is_read_as_well() {
        for (header, expected) in [
            ("grüße.pdf", "grüße.pdf"),
            ("=?utf-8?B?QcOxby5wZGY=?=", "Año.pdf"),
            ("../a.pdf", "a.pdf"),
        ] {
            let header = HeaderValue::from_bytes(header.as_bytes()).unwrap();
            assert_eq!(bare_file_name(&header).as_deref(), Some(expected));
        }
        assert_eq!(bare_file_name(&HeaderValue::from_static("..")), None);
    }
}
