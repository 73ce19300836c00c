//! Members of a request, checked and refused in the vendor's words (specification, section
//! 2.2). Unknown members are ignored: the vendor's own clients send some (section 10,
//! number 11).

use std::ops::RangeInclusive;

use serde_json::{Map, Value};
use siskin_model::{InvalidPhoneNumber, PhoneNumber};

use crate::error::ApiError;

/// The members of a body or of a query string.
pub(crate) type Members = Map<String, Value>;

/// A value as an integer within bounds; `label` names it where it is refused.
pub(crate) fn bounded(
    value: &Value,
    label: &str,
    bounds: RangeInclusive<u64>,
) -> Result<u64, ApiError> {
    let number = whole(value, label)?;
    let (least, most) = (*bounds.start(), *bounds.end());
    if number < least as f64 {
        let what = format!("must be greater than or equal to {least}");
        return Err(ApiError::member(label, &what));
    }
    if number > most as f64 {
        let what = format!("must be less than or equal to {most}");
        return Err(ApiError::member(label, &what));
    }
    Ok(number as u64)
}

/// The same for bounds that nobody has to keep: what lies outside is taken as the nearest one.
pub(crate) fn clamped(
    value: &Value,
    label: &str,
    bounds: RangeInclusive<u64>,
) -> Result<u64, ApiError> {
    // What is below 0 becomes 0, what is too large the largest there is.
    Ok((whole(value, label)? as u64).clamp(*bounds.start(), *bounds.end()))
}

fn whole(value: &Value, label: &str) -> Result<f64, ApiError> {
    let number = number(value, label)?;
    match number.fract() == 0.0 {
        true => Ok(number),
        false => Err(ApiError::member(label, "must be an integer")),
    }
}

/// A value as a number. A string of digits is one too: query strings and forms have no
/// numbers, and clients are free with quotes.
pub(crate) fn number(value: &Value, label: &str) -> Result<f64, ApiError> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    };
    number.ok_or_else(|| ApiError::member(label, "must be a number"))
}

/// A text of at most `longest` characters; none where the member is absent or null.
pub(crate) fn text(
    members: &Members,
    name: &str,
    longest: usize,
) -> Result<Option<String>, ApiError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() > longest => {
            let what = format!("length must be less than or equal to {longest} characters long");
            Err(ApiError::member(name, &what))
        }
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ApiError::member(name, "must be a string")),
    }
}

/// A phone number that must be there, as a number or as a string of digits.
pub(crate) fn phone_number(members: &Members, name: &str) -> Result<PhoneNumber, ApiError> {
    phone(members.get(name), name)
}

/// The same; `name` names it where it is refused.
fn phone(value: Option<&Value>, name: &str) -> Result<PhoneNumber, ApiError> {
    let digits = digits(value, name)?;
    digits.parse().map_err(|error| match error {
        InvalidPhoneNumber::NotDigits => not_digits(name),
        InvalidPhoneNumber::Length => wrong_length(name, PhoneNumber::MIN),
    })
}

/// A number that can be dialed, which must be there: as [`phone_number`], or a short one such
/// as 112.
pub(crate) fn dialed(value: Option<&Value>, name: &str) -> Result<String, ApiError> {
    let digits = digits(value, name)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not_digits(name));
    }
    if digits.len() > PhoneNumber::MAX {
        return Err(wrong_length(name, 1));
    }
    Ok(digits)
}

/// What should be digits, written as a number or as a string.
fn digits(value: Option<&Value>, name: &str) -> Result<String, ApiError> {
    match value {
        None => Err(ApiError::member(name, "is required")),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::String(text)) if text.is_empty() => {
            Err(ApiError::member(name, "is not allowed to be empty"))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(ApiError::member(name, "must be a number")),
    }
}

fn not_digits(name: &str) -> ApiError {
    ApiError::validation(format!("Wrong format. '{name}' must contain only digits"))
}

fn wrong_length(name: &str, least: usize) -> ApiError {
    let most = PhoneNumber::MAX;
    ApiError::validation(format!("Wrong format. '{name}' must contain {least} to {most} digits"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn members(value: Value) -> Members {
        value.as_object().unwrap().clone()
    }

    fn detail<T: std::fmt::Debug>(result: Result<T, ApiError>) -> String {
        let text = result.unwrap_err().to_string();
        text.strip_prefix("Validation failed. Details: ").unwrap().to_owned()
    }

    #[test]
    fn integers_come_as_numbers_or_digits() {
        let read = |value| bounded(&value, "n", 5..=60);
        assert_eq!(read(json!(5)).unwrap(), 5);
        assert_eq!(read(json!("60")).unwrap(), 60);
        assert_eq!(read(json!(7.0)).unwrap(), 7);
        assert_eq!(detail(read(json!(4))), "'n' must be greater than or equal to 5");
        assert_eq!(detail(read(json!("61"))), "'n' must be less than or equal to 60");
        assert_eq!(detail(read(json!(5.5))), "'n' must be an integer");
        for wrong in [json!("x"), json!(""), json!(null), json!([5]), json!("inf")] {
            assert_eq!(detail(read(wrong)), "'n' must be a number");
        }
    }

    #[test]
    fn what_is_clamped_is_still_an_integer() {
        let read = |value| clamped(&value, "n", 5..=60);
        for (value, taken) in
            [(json!(-1), 5), (json!("2"), 5), (json!(7), 7), (json!(61), 60), (json!(1e300), 60)]
        {
            assert_eq!(read(value).unwrap(), taken);
        }
        assert_eq!(detail(read(json!(2.5))), "'n' must be an integer");
        assert_eq!(detail(read(json!("long"))), "'n' must be a number");
    }

    #[test]
    fn phone_numbers_are_checked_in_the_vendors_words() {
        let read = |value| phone_number(&members(json!({ "phoneNumber": value })), "phoneNumber");
        assert_eq!(read(json!(15550100001_u64)).unwrap().digits(), "15550100001");
        assert_eq!(read(json!("15550100001")).unwrap().digits(), "15550100001");
        for (value, text) in [
            (json!("+1555"), "Wrong format. 'phoneNumber' must contain only digits"),
            (json!(-15550100001_i64), "Wrong format. 'phoneNumber' must contain only digits"),
            (json!(1.5), "Wrong format. 'phoneNumber' must contain only digits"),
            (json!("123"), "Wrong format. 'phoneNumber' must contain 7 to 15 digits"),
            (json!(""), "'phoneNumber' is not allowed to be empty"),
            (json!(true), "'phoneNumber' must be a number"),
        ] {
            assert_eq!(detail(read(value)), text);
        }
        let missing = phone_number(&Members::new(), "phoneNumber");
        assert_eq!(detail(missing), "'phoneNumber' is required");
    }

    #[test]
    fn a_short_number_can_be_dialed() {
        let read = |value: Value| dialed(Some(&value), "phoneContact");
        assert_eq!(read(json!(112)).unwrap(), "112");
        assert_eq!(read(json!("0800")).unwrap(), "0800");
        for (value, text) in [
            (json!("*100#"), "Wrong format. 'phoneContact' must contain only digits"),
            (json!(-112), "Wrong format. 'phoneContact' must contain only digits"),
            (json!("1234567890123456"), "Wrong format. 'phoneContact' must contain 1 to 15 digits"),
        ] {
            assert_eq!(detail(read(value)), text);
        }
        assert_eq!(detail(dialed(None, "phoneContact")), "'phoneContact' is required");
    }
}
