//! Phone numbers as people type them.

use crate::error::Refusal;

/// E.164 allows 15 digits; no country has mobile numbers under 7.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Reads a phone number: 7 to 15 digits, a leading `+` and separators tolerated.
pub fn parse_phone_number(text: &str) -> Result<String, Refusal> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix('+').unwrap_or(trimmed);
    let number: String = digits.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let plain = number.bytes().all(|b| b.is_ascii_digit());
    if plain && DIGITS.contains(&number.len()) && !number.starts_with('0') {
        return Ok(number);
    }
    Err(Refusal::invalid(
        format!("{text:?} is not a phone number."),
        "Give 7 to 15 digits with the country code and without a leading zero, such as \
         15550100001.",
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_are_reduced_to_digits() {
        for text in ["15550100001", "+1 (555) 010-0001", " 15550100001 "] {
            assert_eq!(parse_phone_number(text).unwrap(), "15550100001");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in ["", "123456", "1234567890123456", "05550100001", "ann", "1555\u{660}100001"] {
            assert!(parse_phone_number(text).is_err(), "{text:?}");
        }
    }
}
