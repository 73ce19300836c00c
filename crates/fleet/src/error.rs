use siskin_model::settings::InvalidSettings;
use siskin_store::StoreError;

use crate::EngineError;

/// The fleet could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The instance is being deleted or the gateway is shutting down.
    #[error("the instance is stopping")]
    Stopping,
}

/// No pairing code could be had.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The instance is linked.
    #[error("instance account already authorized")]
    AlreadyLinked,
    /// Keys of a link are stored that must be removed first.
    #[error("Instance has auth. You need to make log out")]
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
