use std::time::Duration;

use siskin_green_api::refusals;
use siskin_green_api::settings::InvalidSettings;
use siskin_media::MediaError;
use siskin_store::StoreError;

use crate::port::{EngineError, SendError};

/// The fleet could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Stored files could not be removed.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The instance is being deleted or the gateway is shutting down.
    #[error("the instance is stopping")]
    Stopping,
}

/// A message could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// The instance has no live connection to WhatsApp, which this needs.
    #[error("{}", refusals::NOT_ONLINE)]
    NotOnline,
    /// The journal has no such message.
    #[error("{}", refusals::UNKNOWN_MESSAGE)]
    UnknownMessage,
    /// The message has no file, or the file is gone.
    #[error("{}", refusals::NO_FILE)]
    NoFile,
    /// The file has not been fetched: a budget of the day is used up.
    #[error(
        "the file was not fetched: what is fetched in a day of {} is used up; ask for it again \
         in {} minutes",
        match of {
            BudgetOf::Instance => "all senders",
            BudgetOf::Sender => "one sender",
        },
        again.as_secs().div_ceil(60)
    )]
    HeldBack {
        /// Whose budget.
        of: BudgetOf,
        /// How long it is until there is a new one.
        again: Duration,
    },
    /// The disk has too little room for files.
    #[error("there is too little room for files on the gateway's disk; try again later")]
    NoRoom,
    /// The queue is full.
    #[error("{0} messages wait to be sent already")]
    QueueFull(u64),
    /// The connection broke, or WhatsApp refused.
    #[error("WhatsApp did not take it: {0}")]
    Refused(String),
    /// The disk failed.
    #[error("the disk failed: {0}")]
    Disk(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whose budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetOf {
    /// The instance's.
    Instance,
    /// The sender's.
    Sender,
}

impl BudgetOf {
    /// The word for it, in metrics and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Sender => "sender",
        }
    }
}

impl From<SendError> for MessageError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Offline => Self::NotOnline,
            other => Self::Refused(other.to_string()),
        }
    }
}

/// No pairing code could be had.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The instance is linked.
    #[error("{}", refusals::ALREADY_LINKED)]
    AlreadyLinked,
    /// Keys of a link are stored that must be removed first.
    #[error("{}", refusals::STALE_KEYS)]
    HasStaleKeys,
    /// WhatsApp could not be reached in time.
    #[error("WhatsApp could not be reached in time")]
    Unreachable,
    /// WhatsApp refused to issue a code.
    #[error("WhatsApp issued no code: {0}")]
    Refused(String),
    /// WhatsApp demands a passkey for this account.
    #[error("WhatsApp demands a passkey for this account")]
    PasskeyRequired,
    /// The instance is being deleted or the gateway is shutting down.
    #[error("the instance is stopping")]
    Stopping,
}

/// Settings could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A value does not fit; nothing was changed.
    #[error(transparent)]
    Invalid(#[from] InvalidSettings),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
