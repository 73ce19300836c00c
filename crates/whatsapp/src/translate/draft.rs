use siskin_fleet::port::{Parts, SendError};
use siskin_model::message::Outgoing;
use wacore_binary::Jid;

/// The bytes of the secret that every message carries: votes, reactions and edits of it are
/// encrypted with keys that come out of it.
pub(crate) const SECRET: usize = 32;

/// All that a message is made of.
pub(crate) struct Draft<'a> {
    /// What was asked for.
    pub outgoing: &'a Outgoing,
    /// The messages and pictures that belong to it.
    pub parts: &'a Parts,
    /// Where WhatsApp has its file, or the large picture of its link.
    pub uploaded: Option<Uploaded>,
    /// Who wrote the message that it answers, by the address that the chat knows.
    pub quoted_author: Option<Jid>,
    /// Who wrote the message that it edits or takes back, likewise.
    pub source_author: Option<Jid>,
    /// Its secret.
    pub secret: [u8; SECRET],
}

/// Where WhatsApp has a file, and how to open it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uploaded {
    pub url: String,
    pub direct_path: String,
    pub media_key: [u8; 32],
    pub media_key_timestamp: i64,
    pub file_sha256: [u8; 32],
    pub file_enc_sha256: [u8; 32],
    pub file_length: u64,
    pub streaming_sidecar: Option<Vec<u8>>,
}

/// A message cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("the message that it refers to is not known well enough")]
    NoSource,
    #[error("a message of this kind cannot be forwarded")]
    NotForwardable,
    #[error("only a group's administrators can take back what others wrote")]
    NotOurs,
    #[error("its file was not uploaded")]
    NoFile,
    #[error("it is deleted on the own devices only; nothing is sent")]
    NothingToSend,
}

impl From<BuildError> for SendError {
    fn from(error: BuildError) -> Self {
        Self::Impossible(error.to_string())
    }
}
