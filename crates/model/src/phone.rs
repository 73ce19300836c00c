use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An international phone number: digits only, no plus sign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(Box<str>);

/// The text is not an international phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPhoneNumber {
    /// It has something else than digits in it.
    #[error("a phone number has only digits, with the country code and no plus sign")]
    NotDigits,
    /// It has fewer than [`PhoneNumber::MIN`] or more than [`PhoneNumber::MAX`] digits.
    #[error("a phone number with its country code has 7 to 15 digits")]
    Length,
}

impl PhoneNumber {
    /// The shortest international number that the engine accepts.
    pub const MIN: usize = 7;
    /// The longest international number (ITU-T E.164).
    pub const MAX: usize = 15;

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidPhoneNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidPhoneNumber::NotDigits);
        }
        if !(Self::MIN..=Self::MAX).contains(&text.len()) {
            return Err(InvalidPhoneNumber::Length);
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhoneNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(phone: PhoneNumber) -> Self {
        phone.0.into()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_to_fifteen_digits() {
        assert!("15550100001".parse::<PhoneNumber>().is_ok());
        for (text, why) in [
            ("", InvalidPhoneNumber::NotDigits),
            ("+15550100001", InvalidPhoneNumber::NotDigits),
            ("123456", InvalidPhoneNumber::Length),
            ("1234567890123456", InvalidPhoneNumber::Length),
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(why), "{text}");
        }
    }
}
