use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ChatId, FileName, MessageId, MimeType, UnixMillis};

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

/// A file that is stored here, or will be once it is fetched from WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The secret in its address.
    pub token: FileToken,
    /// Its name, with extension: the last part of its address ends with it.
    pub name: FileName,
    /// Its MIME type, sent with it.
    pub mime_type: MimeType,
    /// Whether it is there.
    pub state: FileState,
    /// The message that brought it: what it can be fetched with, and fetched again.
    pub message: Option<(ChatId, MessageId)>,
    /// From when on it is gone: 15 days after it was stored.
    pub expires: UnixMillis,
}

/// Whether a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It has to be fetched from WhatsApp.
    Pending,
    /// It is on disk.
    Stored,
    /// WhatsApp has it no more and the phone does not send it again.
    Lost,
    /// It is fetched when somebody asks for it: a day's budget was used up.
    Held,
}

impl FileState {
    /// The word under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Stored => "stored",
            Self::Lost => "lost",
            Self::Held => "held",
        }
    }

    /// The state that the word names.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Stored, Self::Lost, Self::Held];
        all.into_iter().find(|state| state.as_str() == word)
    }
}

impl StoredFile {
    /// How long a file is kept (specification, section 1.4).
    pub const LIFETIME: std::time::Duration = std::time::Duration::from_secs(15 * 24 * 60 * 60);
    /// The largest file that is taken or fetched, in bytes (specification, section 1.4).
    pub const LARGEST: u64 = 100 * 1024 * 1024;
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
