use std::path::Path;

use async_trait::async_trait;
use siskin_media::ContentKey;
use siskin_model::Message;

/// The files of messages.
#[async_trait]
pub trait Files: Send + Sync {
    /// What a message says about its file; `None` where it does not say enough to tell whether
    /// two messages have the same.
    fn content_key(&self, message: &Message) -> Option<ContentKey>;

    /// Fetches the file of a message from WhatsApp and writes it to `to`, which is made or
    /// replaced. Where WhatsApp has it no more, the phone is asked to send it again, which
    /// takes up to half a minute.
    async fn fetch_file(&self, message: &Message, to: &Path) -> Result<(), FetchError>;
}

/// A file was not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// WhatsApp has it no more and the phone does not send it again.
    #[error("WhatsApp has the file no more")]
    Gone,
    /// It is larger than what is fetched.
    #[error("the file is too large")]
    TooLarge,
    /// It did not come; trying again may help.
    #[error("the file could not be fetched: {0}")]
    Failed(String),
}
