use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The number of an instance: up to ten digits, a JSON number in payloads
/// (specification, section 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstanceId(u64);

/// The text is not the number of an instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an instance number: 1 to 10 digits are expected")]
pub struct InvalidInstanceId(pub String);

impl InstanceId {
    /// The number that the first instance of a gateway gets.
    pub const FIRST: Self = Self(7_103_000_001);

    /// Wraps a number that is already known to be an instance's.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The bare number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for InstanceId {
    type Err = InvalidInstanceId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        number.map(Self).ok_or_else(|| InvalidInstanceId(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn digits_up_to_ten_are_a_number() {
        assert_eq!("7103000001".parse(), Ok(InstanceId::FIRST));
        assert_eq!("1".parse(), Ok(InstanceId::new(1)));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "12345678901", "-1", "+1", "1 ", "abc", "１"] {
            assert_eq!(text.parse::<InstanceId>(), Err(InvalidInstanceId(text.to_owned())));
        }
    }

    #[test]
    fn it_is_a_json_number() {
        assert_eq!(serde_json::to_string(&InstanceId::FIRST).unwrap(), "7103000001");
    }
}
