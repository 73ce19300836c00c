use siskin_model::InstanceId;

/// The engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The keys are missing or damaged.
    #[error("the keys of instance {instance} could not be {action}: {why}")]
    Keys {
        /// Whose.
        instance: InstanceId,
        /// "read", "written" or "removed".
        action: &'static str,
        /// The cause, without any key.
        why: String,
    },
    /// The disk, or the database of the keys, failed; trying again later may help.
    #[error("the keys of instance {instance} could not be {action}, the disk failed: {why}")]
    Disk {
        /// Whose.
        instance: InstanceId,
        /// "read", "written" or "removed".
        action: &'static str,
        /// The cause, without any key.
        why: String,
    },
    /// No connection to WhatsApp within the time that a caller can wait.
    #[error("WhatsApp could not be reached in time")]
    Unreachable,
    /// WhatsApp refused to issue a pairing code.
    #[error("WhatsApp issued no pairing code: {0}")]
    NoPairingCode(String),
    /// The engine failed in a way that has no better name.
    #[error("the WhatsApp engine failed: {0}")]
    Engine(String),
}

/// A message was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The connection is gone; sending it again when there is one may help.
    #[error("the connection to WhatsApp is gone")]
    Offline,
    /// WhatsApp did not answer, or is too busy; the connection stands. Trying again in a while
    /// may help.
    #[error("WhatsApp did not take it: {0}")]
    Busy(String),
    /// The account is no member of the group, or there is no such group.
    #[error("the account is not in the group")]
    NotInGroup,
    /// The person has no account.
    #[error("the number has no WhatsApp account")]
    NoAccount,
    /// It cannot be sent, now or later.
    #[error("{0}")]
    Impossible(String),
}
