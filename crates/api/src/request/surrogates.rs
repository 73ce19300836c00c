//! Halves of surrogate pairs in JSON. JavaScript cuts texts between the two halves of an emoji
//! and writes what is left as an escape; its own parser takes that, and what reaches a phone
//! in the end is U+FFFD. Rust's texts cannot hold a half, so it is replaced before parsing.

use std::ops::RangeInclusive;

const HIGH: RangeInclusive<u16> = 0xd800..=0xdbff;
const LOW: RangeInclusive<u16> = 0xdc00..=0xdfff;
/// As long as any other escape: the places of what follows stay the same.
const REPLACEMENT: &str = "\\ufffd";

/// The same JSON with U+FFFD for each half that stands alone.
pub(super) fn replaced(mut json: String) -> String {
    for at in lone(json.as_bytes()) {
        json.replace_range(at..at + REPLACEMENT.len(), REPLACEMENT);
    }
    json
}

/// Where the escapes of halves begin that stand alone. Backslashes are escapes, or the JSON is
/// broken.
fn lone(json: &[u8]) -> Vec<usize> {
    let (mut lone, mut at) = (Vec::new(), 0);
    while let Some(ahead) = json.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\\')) {
        at += ahead;
        let (here, next) = (unit(json, at), unit(json, at + REPLACEMENT.len()));
        at += match (here, next) {
            // `\\` and the like: what is escaped begins no escape.
            (None, _) => 2,
            (Some(high), Some(low)) if HIGH.contains(&high) && LOW.contains(&low) => {
                2 * REPLACEMENT.len()
            }
            (Some(half), _) => {
                if HIGH.contains(&half) || LOW.contains(&half) {
                    lone.push(at);
                }
                REPLACEMENT.len()
            }
        };
    }
    lone
}

/// The UTF-16 unit that the escape at a place stands for, if there is one.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + REPLACEMENT.len())?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The right column is what `JSON.parse` of Node.js 20 gives, made well-formed.
    #[test]
    fn a_half_alone_becomes_the_replacement_character() {
        for (json, read) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\uDC4Db""#, "a\u{fffd}b"),
            (r#""\ud83d\udc4d""#, "👍"),
            (r#""\ud83d\ud83d\udc4d""#, "\u{fffd}👍"),
            (r#""\udc4d\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\n\udc4d""#, "\u{fffd}\n\u{fffd}"),
            (r#""\ud83d👍""#, "\u{fffd}👍"),
            (r#""\\ud83d""#, r"\ud83d"),
            (r#""\\\ud83d""#, "\\\u{fffd}"),
            (r#""\u00e9\\""#, "é\\"),
        ] {
            let text: String = serde_json::from_str(&replaced(json.to_owned())).unwrap();
            assert_eq!(text, read, "{json}");
        }
    }

    #[test]
    fn what_is_no_json_stays_as_it_is() {
        for json in ["", "\\", "\\u", "\\ud8", "\\u+123", "{\"a\":\"\\ud83", "\\u12é4"] {
            assert_eq!(replaced(json.to_owned()), json);
        }
    }
}
