//! Numbers. A string of digits is one too: query strings and forms have no numbers, and
//! clients are free with quotes.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use siskin_green_api::invalid;
use siskin_model::{InvalidPhoneNumber, PhoneNumber};

use super::Kind;
use crate::request::reader::Reader;

const NOT_DIGITS: &str = "must contain only digits";

/// A whole number within bounds.
pub(crate) fn integer(bounds: RangeInclusive<u64>) -> Integer {
    Integer { bounds, below: Outside::Refused, above: Outside::Refused }
}

/// A whole number; one outside of bounds that nobody has to keep is taken as the nearest.
pub(crate) fn clamped(bounds: RangeInclusive<u64>) -> Integer {
    Integer { bounds, below: Outside::Nearest, above: Outside::Nearest }
}

/// A whole number, not below the least one that has a meaning. What is above the most that
/// there can be is as good as that.
pub(crate) fn at_least(bounds: RangeInclusive<u64>) -> Integer {
    Integer { bounds, below: Outside::Refused, above: Outside::Nearest }
}

pub(crate) struct Integer {
    bounds: RangeInclusive<u64>,
    below: Outside,
    above: Outside,
}

/// What becomes of a number that is out of bounds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outside {
    Refused,
    Nearest,
}

impl Kind for Integer {
    type Value = u64;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<u64> {
        let Some(number) = number(value) else { return reader.wrong(name, invalid::NO_NUMBER) };
        if number.fract() != 0.0 {
            return reader.wrong(name, invalid::NO_INTEGER);
        }
        let (least, most) = (*self.bounds.start(), *self.bounds.end());
        if number < least as f64 && self.below == Outside::Refused {
            return reader.wrong(name, &invalid::too_small(least));
        }
        if number > most as f64 && self.above == Outside::Refused {
            return reader.wrong(name, &invalid::too_large(most));
        }
        // What is below 0 becomes 0, what is too large the largest there is.
        Some((number as u64).clamp(least, most))
    }

    fn schema(&self) -> Value {
        let (least, most) = (*self.bounds.start(), *self.bounds.end());
        let mut schema = json!({"type": "integer", "minimum": least, "maximum": most});
        if i32::try_from(most).is_err() {
            schema["format"] = "int64".into();
        }
        schema
    }

    fn example(&self) -> Value {
        (*self.bounds.start()).into()
    }
}

/// A number within bounds.
pub(crate) fn decimal(bounds: RangeInclusive<i32>) -> Decimal {
    Decimal { bounds }
}

pub(crate) struct Decimal {
    bounds: RangeInclusive<i32>,
}

impl Kind for Decimal {
    type Value = f64;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<f64> {
        let Some(number) = number(value) else { return reader.wrong(name, invalid::NO_NUMBER) };
        let (least, most) = (*self.bounds.start(), *self.bounds.end());
        if number < f64::from(least) {
            return reader.wrong(name, &invalid::too_small(least));
        }
        if number > f64::from(most) {
            return reader.wrong(name, &invalid::too_large(most));
        }
        Some(number)
    }

    fn schema(&self) -> Value {
        let (least, most) = (self.bounds.start(), self.bounds.end());
        json!({"type": "number", "minimum": least, "maximum": most})
    }

    fn example(&self) -> Value {
        12.5.into()
    }
}

/// The number that a value is.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// The number of an account, as a number or as digits.
pub(crate) fn phone_number() -> Phone {
    Phone
}

pub(crate) struct Phone;

impl Kind for Phone {
    type Value = PhoneNumber;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<PhoneNumber> {
        match digits(reader, name, value)?.parse() {
            Ok(phone) => Some(phone),
            Err(InvalidPhoneNumber::NotDigits) => reader.wrong_format(name, NOT_DIGITS),
            Err(InvalidPhoneNumber::Length) => {
                reader.wrong_format(name, &wrong_length(PhoneNumber::MIN))
            }
        }
    }

    fn schema(&self) -> Value {
        json!({"type": "integer", "format": "int64"})
    }

    fn example(&self) -> Value {
        15_550_100_002_u64.into()
    }
}

/// A number that can be dialed, as a number or as digits: of an account, or a short one such
/// as 112.
pub(crate) fn dialed() -> Dialed {
    Dialed
}

pub(crate) struct Dialed;

impl Kind for Dialed {
    type Value = String;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<String> {
        let digits = digits(reader, name, value)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return reader.wrong_format(name, NOT_DIGITS);
        }
        if digits.len() > PhoneNumber::MAX {
            return reader.wrong_format(name, &wrong_length(1));
        }
        Some(digits)
    }

    fn schema(&self) -> Value {
        json!({"type": ["integer", "string"], "format": "int64"})
    }

    fn example(&self) -> Value {
        15_550_100_003_u64.into()
    }
}

/// What should be digits, written as a number or as a string.
fn digits(reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.is_empty() => reader.wrong(name, invalid::EMPTY),
        Value::String(text) => Some(text.clone()),
        _ => reader.wrong(name, invalid::NO_NUMBER),
    }
}

fn wrong_length(least: usize) -> String {
    let most = PhoneNumber::MAX;
    format!("must contain {least} to {most} digits")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::request::reader::tests::{outcome, refusal};

    #[test]
    fn integers_come_as_numbers_or_digits() {
        let read = |value| outcome(integer(5..=60), value);
        assert_eq!(read(json!(5)).unwrap(), 5);
        assert_eq!(read(json!("60")).unwrap(), 60);
        assert_eq!(read(json!(7.0)).unwrap(), 7);
        let refused = |value| refusal(integer(5..=60), value);
        assert_eq!(refused(json!(4)), "'n' must be greater than or equal to 5");
        assert_eq!(refused(json!("61")), "'n' must be less than or equal to 60");
        assert_eq!(refused(json!(5.5)), "'n' must be an integer");
        for wrong in [json!("x"), json!(""), json!(null), json!([5]), json!("inf")] {
            assert_eq!(refused(wrong), "'n' must be a number");
        }
    }

    #[test]
    fn what_is_clamped_is_still_an_integer() {
        for (value, taken) in
            [(json!(-1), 5), (json!("2"), 5), (json!(7), 7), (json!(61), 60), (json!(1e300), 60)]
        {
            assert_eq!(outcome(clamped(5..=60), value).unwrap(), taken);
        }
        assert_eq!(refusal(clamped(5..=60), json!(2.5)), "'n' must be an integer");
        assert_eq!(refusal(clamped(5..=60), json!("long")), "'n' must be a number");
    }

    #[test]
    fn phone_numbers_are_checked_in_the_vendors_words() {
        for value in [json!(15550100001_u64), json!("15550100001")] {
            assert_eq!(outcome(phone_number(), value).unwrap().digits(), "15550100001");
        }
        for (value, text) in [
            (json!("+1555"), "Wrong format. 'n' must contain only digits"),
            (json!(-15550100001_i64), "Wrong format. 'n' must contain only digits"),
            (json!(1.5), "Wrong format. 'n' must contain only digits"),
            (json!("123"), "Wrong format. 'n' must contain 7 to 15 digits"),
            (json!(""), "'n' is not allowed to be empty"),
            (json!(true), "'n' must be a number"),
        ] {
            assert_eq!(refusal(phone_number(), value), text);
        }
    }

    #[test]
    fn a_short_number_can_be_dialed() {
        assert_eq!(outcome(dialed(), json!(112)).unwrap(), "112");
        assert_eq!(outcome(dialed(), json!("0800")).unwrap(), "0800");
        for (value, text) in [
            (json!("*100#"), "Wrong format. 'n' must contain only digits"),
            (json!(-112), "Wrong format. 'n' must contain only digits"),
            (json!("1234567890123456"), "Wrong format. 'n' must contain 1 to 15 digits"),
        ] {
            assert_eq!(refusal(dialed(), value), text);
        }
    }
}
