use siskin_store::StoreError;

use crate::port::SendError;

/// Why a worker stops before everything is sent.
pub(super) enum Stop {
    /// The connection is gone.
    Offline,
    /// The store failed.
    Store(StoreError),
}

/// What keeps a message from leaving.
pub(super) enum LeaveError {
    /// The message itself.
    Send(SendError),
    /// The connection or the store.
    Stop(Stop),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SendError> for LeaveError {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl From<Stop> for LeaveError {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<StoreError> for LeaveError {
    fn from(error: StoreError) -> Self {
        Self::Stop(error.into())
    }
}
