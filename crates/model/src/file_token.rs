use std::fmt;

use serde::{Deserialize, Serialize};

/// The secret in the address of a stored file: whoever has it may read the file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileToken(String);

impl FileToken {
    /// The random bytes behind a token; as text it has twice as many characters.
    pub const BYTES: usize = 20;

    /// Makes a token of random bytes.
    pub fn from_random(bytes: [u8; Self::BYTES]) -> Self {
        Self(hex::encode(bytes))
    }

    /// Takes over a token from an address or the store. `None`: it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == Self::BYTES * 2 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// The secret itself: for the store, and for the address that is handed to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FileToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(crate::Token::MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_made_is_a_token() {
        let token = FileToken::from_random([0xa5; FileToken::BYTES]);
        assert_eq!(FileToken::parse(token.expose()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "***");
        for text in ["", "a5", &"A5".repeat(20), "../../../../../../etc/passwd/aaaaaaaaaaaa"] {
            assert_eq!(FileToken::parse(text), None, "{text}");
        }
    }
}
