use std::fmt;

use subtle::ConstantTimeEq as _;

/// A secret in a URL path: `apiTokenInstance`, the partner token, the admin token.
///
/// Never shown by `Debug`; [`Token::expose`] is the one way to its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

impl Token {
    /// The number of random bytes behind a token; as text it has twice as many characters.
    pub const BYTES: usize = 25;

    /// What stands in place of a token in logs, errors and validation answers.
    pub const MASK: &'static str = "***";

    /// Makes a token of random bytes: 50 hexadecimal characters, as the vendor's.
    pub fn from_random(bytes: [u8; Self::BYTES]) -> Self {
        Self(hex::encode(bytes).into())
    }

    /// Takes over a token that is stored or configured.
    pub fn from_text(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The secret itself: for the store, for the answer that hands it to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in a time that tells nothing about where the two differ (their lengths aside).
    pub fn matches(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_token_has_fifty_hexadecimal_characters() {
        let token = Token::from_random([0xa5; Token::BYTES]);
        assert_eq!(token.expose(), "a5".repeat(25));
    }

    #[test]
    fn only_the_same_text_matches() {
        let token = Token::from_text("secret");
        assert!(token.matches("secret"));
        for wrong in ["", "secre", "secret1", "Secret", "secres"] {
            assert!(!token.matches(wrong), "{wrong}");
        }
    }

    #[test]
    fn debug_hides_it() {
        assert_eq!(format!("{:?}", Token::from_text("secret")), "***");
    }
}
