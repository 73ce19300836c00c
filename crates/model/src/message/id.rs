use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a message: unique in its chat (specification, section 1.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// The shortest id that the API takes.
    pub const MIN: usize = 16;
    /// The longest id that the API takes; those of phones have 20 or 32 characters.
    pub const MAX: usize = 128;
    /// The random bytes behind an id of ours.
    pub const RANDOM: usize = 9;

    /// Makes an id as linked devices do: `3EB0` and 18 upper-case hexadecimal characters.
    pub fn from_random(bytes: [u8; Self::RANDOM]) -> Self {
        Self(format!("3EB0{}", hex::encode_upper(bytes)))
    }

    /// Takes over an id that WhatsApp or a caller gave.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_id_looks_like_a_linked_devices() {
        let id = MessageId::from_random([0xab; MessageId::RANDOM]);
        assert_eq!(id.as_str(), format!("3EB0{}", "AB".repeat(9)));
    }
}
