use crate::{ChatId, FileName, FileToken, MessageId, MimeType, UnixMillis};

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
