//! "@15550100002" in a text to a group: its writer means a member.

use std::collections::HashSet;
use std::ops::Range;

use super::Command;
use crate::PhoneNumber;

/// The longest number behind an "@": a LID can have more digits than a phone number.
const LONGEST: usize = 20;
/// How many people one text may mention: as many as a group has members.
const MOST: usize = 1024;

/// The numbers behind an "@" in a text, each once, in order.
pub fn mentioned(text: &str) -> Vec<&str> {
    let mut seen = HashSet::new();
    let numbers = places(text).into_iter().filter_map(|place| text.get(place));
    numbers.filter(|number| seen.insert(*number)).take(MOST).collect()
}

/// The text with other numbers behind some "@".
pub fn with_mentions<'a>(text: &str, other: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut after = 0;
    for place in places(text) {
        let number = text.get(place.clone()).unwrap_or_default();
        changed.push_str(text.get(after..place.start).unwrap_or_default());
        changed.push_str(other(number).unwrap_or(number));
        after = place.end;
    }
    changed.push_str(text.get(after..).unwrap_or_default());
    changed
}

/// Where numbers stand behind an "@". Neither the "@" of an e-mail address counts nor a number
/// that goes on as a host name does.
fn places(text: &str) -> Vec<Range<usize>> {
    let place = |(at, _): (usize, &str)| {
        let (before, digits) = (text.get(..at)?, text.get(at + 1..)?);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let fits = (PhoneNumber::MIN..=LONGEST).contains(&end);
        let stands_alone = !before.ends_with(belongs_to_an_address) && ends(digits.get(end..)?);
        (fits && stands_alone).then_some(at + 1..at + 1 + end)
    };
    text.match_indices('@').filter_map(place).collect()
}

/// What stands before the "@" of an e-mail address.
fn belongs_to_an_address(character: char) -> bool {
    character.is_ascii_alphanumeric() || ".+-%@/".contains(character)
}

/// Whether a number ends here, and is no part of a longer word or name of a host.
fn ends(rest: &str) -> bool {
    let mut rest = rest.chars();
    match rest.next() {
        Some(c) if ".-_@".contains(c) => !rest.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        next => !next.is_some_and(|c| c.is_ascii_alphanumeric()),
    }
}

impl Command {
    /// The text in which members of a group can be mentioned. Of other kinds, WhatsApp's apps
    /// show the number as it is.
    pub fn mentioning_text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } | Self::Edit { text, .. } => Some(text),
            Self::File(file) => Some(&file.caption),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_behind_an_at_is_a_mention() {
        for (text, numbers) in [
            ("@15550100002", vec!["15550100002"]),
            ("Hi @15550100002, (@15550100003)!", vec!["15550100002", "15550100003"]),
            ("*@15550100002* _@15550100003_.", vec!["15550100002", "15550100003"]),
            ("Ask @15550100002. Or @15550100002", vec!["15550100002"]),
            ("@100000000000000001 has a LID", vec!["100000000000000001"]),
            ("你好@15550100002さん", vec!["15550100002"]),
        ] {
            assert_eq!(mentioned(text), numbers, "{text}");
        }
    }

    #[test]
    fn an_address_or_a_short_number_is_none() {
        for text in [
            "a@15550100002",
            "a.b-@15550100002.com",
            "@15550100002.com",
            "@15550100002@c.us",
            "@12",
            "@123456",
            "@123456789012345678901",
            "@1555010000a",
            "@ 15550100002",
            "@@15550100002",
            "https://example.com/@15550100002",
            "@",
            "",
        ] {
            assert_eq!(mentioned(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn only_the_numbers_change() {
        let other = |number: &str| (number == "15550100002").then_some("100000000000002");
        let text = "é @15550100002 @15550100003 a@15550100002";
        let changed = "é @100000000000002 @15550100003 a@15550100002";
        assert_eq!(with_mentions(text, other), changed);
        assert_eq!(with_mentions("", other), "");
    }
}
