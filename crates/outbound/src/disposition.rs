//! The name of a file in `Content-Disposition` (RFC 6266).

/// The longest name that file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// The name that a header gives: the one in Unicode (`filename*`) before the plain one.
pub(crate) fn file_name(header: &str) -> Option<String> {
    let mut plain = None;
    for (key, value) in parameters(header) {
        match key.as_str() {
            "filename*" => {
                let (charset, rest) = value.split_once('\'')?;
                let encoded = rest.split_once('\'').map_or(rest, |(_language, text)| text);
                if charset.eq_ignore_ascii_case("utf-8") {
                    return plain_name(&percent_decoded(encoded));
                }
            }
            // Many a server encodes these as well, and browsers decode them.
            "filename" => plain = Some(percent_decoded(&value)),
            _ => {}
        }
    }
    plain_name(&plain?)
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

/// A value, in quotes or up to the next semicolon; and what comes after it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), after);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, character) in quoted.char_indices() {
        match character {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return (value, &quoted[at + 1..]),
            _ => {
                value.push(character);
                escaped = false;
            }
        }
    }
    (value, "")
}

/// A name without folders and control characters, not too long; `None` if nothing is left.
pub(crate) fn plain_name(text: &str) -> Option<String> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    let mut name = clean;
    if clean.len() > LONGEST_NAME {
        // The end is kept: it has the extension.
        let start = clean.len() - LONGEST_NAME;
        let start = (start..).find(|&at| clean.is_char_boundary(at)).unwrap_or(clean.len());
        name = &clean[start..];
    }
    (!name.is_empty() && name != "." && name != "..").then(|| name.to_owned())
}

/// A text with its `%41` decoded, if that gives UTF-8.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let hex = hex.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(value) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            decoded.push(value);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_in_all_its_forms() {
        for (header, name) in [
            ("attachment; filename=a.pdf", Some("a.pdf")),
            (r#"attachment; filename="a b; c.pdf""#, Some("a b; c.pdf")),
            (r#"inline;FileName="say \"hi\".txt" ; size=3"#, Some("say \"hi\".txt")),
            ("attachment; filename*=UTF-8''%D1%8F.pdf", Some("я.pdf")),
            (r#"attachment; filename="a.pdf"; filename*=utf-8'ru'%D1%8F.pdf"#, Some("я.pdf")),
            (r#"attachment; filename*=UTF-8''b.pdf; filename="a.pdf""#, Some("b.pdf")),
            (r#"attachment; filename="a%20b.pdf""#, Some("a b.pdf")),
            (r#"attachment; filename="grüße.pdf""#, Some("grüße.pdf")),
            ("attachment; filename=", None),
            ("attachment", None),
            ("", None),
            (r#"attachment; filename="unclosed.pdf"#, Some("unclosed.pdf")),
        ] {
            assert_eq!(file_name(header).as_deref(), name, "{header}");
        }
    }

    #[test]
    fn a_name_leads_nowhere() {
        for (text, name) in [
            ("../../etc/passwd", Some("passwd")),
            (r"..\..\boot.ini", Some("boot.ini")),
            ("a\r\nb\0.txt", Some("ab.txt")),
            ("..", None),
            ("/", None),
            ("  ", None),
        ] {
            assert_eq!(plain_name(text).as_deref(), name, "{text}");
        }
        let long = plain_name(&format!("{}.pdf", "я".repeat(300))).unwrap_or_default();
        assert!(long.len() <= LONGEST_NAME && long.ends_with("я.pdf"), "{long}");
    }

    #[test]
    fn what_is_not_encoded_stays() {
        for text in ["100%", "100%zz", "%", "%4", "%ff", "%+1", "я%é"] {
            assert_eq!(percent_decoded(text), text);
        }
        assert_eq!(percent_decoded("a%2Fb%20c"), "a/b c");
    }
}
