//! What is wrong with broken JSON, in the words that the V8 engine had up to Node.js 18: the
//! vendor passes them on (specification, section 2.1), and clients match on them.
//!
//! Where the position is counted and what stands there agree with that engine, but for a few
//! texts: a character of two UTF-16 units is shown whole, a broken `\u` escape is reported up
//! to three characters late, and what only this parser refuses (nesting deeper than 127, a
//! number beyond a double) is reported as if its place were wrong.

const END: &str = "Unexpected end of JSON input";

/// Describes the error that parsing `text` gave.
pub(super) fn describe(text: &str, error: &serde_json::Error) -> String {
    if error.is_eof() {
        return END.to_owned();
    }
    describe_at(text, byte_offset(text, error))
}

/// Describes whatever stands at a byte of `text`.
pub(super) fn describe_at(text: &str, offset: usize) -> String {
    let offset = floor_char_boundary(text, offset);
    let Some(found) = text[offset..].chars().next() else { return END.to_owned() };
    let what = match found {
        '"' => "string".to_owned(),
        '0'..='9' | '-' => "number".to_owned(),
        other => format!("token {other}"),
    };
    // JavaScript counts UTF-16 units.
    let position: usize = text[..offset].chars().map(char::len_utf16).sum();
    format!("Unexpected {what} in JSON at position {position}")
}

/// serde_json counts lines and columns; the column is the number of bytes up to and with the
/// offending one, 0 where that one is the line break itself.
fn byte_offset(text: &str, error: &serde_json::Error) -> usize {
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    (line_start + error.column()).saturating_sub(1)
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The positions are those of Node.js 20, whose wording is another.
    #[test]
    fn errors_read_as_a_javascript_engine_writes_them() {
        for (text, described) in [
            ("{", END),
            (r#"{"a""#, END),
            (r#"{"a": "open"#, END),
            (r#"{"a":1,}"#, "Unexpected token } in JSON at position 7"),
            ("{a:1}", "Unexpected token a in JSON at position 1"),
            ("{'a':1}", "Unexpected token ' in JSON at position 1"),
            (r#"{"a" 1}"#, "Unexpected number in JSON at position 5"),
            (r#"{"a":1 "b"}"#, "Unexpected string in JSON at position 7"),
            (r#"{"a":nul}"#, "Unexpected token } in JSON at position 8"),
            ("{\n\"a\":1,\n}", "Unexpected token } in JSON at position 9"),
            (r#"{"é":1 x}"#, "Unexpected token x in JSON at position 7"),
            (r#"{"😀":1 x}"#, "Unexpected token x in JSON at position 8"),
            ("{\"a\":\"b\nc\"}", "Unexpected token \n in JSON at position 7"),
            (r#"{"a":01}"#, "Unexpected number in JSON at position 6"),
            (r#"{"a":tru1}"#, "Unexpected number in JSON at position 8"),
            (r#"{"a":1-2}"#, "Unexpected number in JSON at position 6"),
            (r#"{"a":1.}"#, "Unexpected token } in JSON at position 7"),
            (r#"{"a":"\x"}"#, "Unexpected token x in JSON at position 7"),
            (r#"{"a":1}}"#, "Unexpected token } in JSON at position 7"),
            (r#"{"a":-"#, END),
            ("{} x", "Unexpected token x in JSON at position 3"),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
            assert_eq!(describe(text, &error), described, "{text}");
        }
    }
}
