use std::sync::Arc;

use async_trait::async_trait;
use siskin_model::{Account, InstanceId};
use tokio::sync::mpsc;

use super::error::EngineError;
use super::event::SessionEvent;
use super::inbox::Inbox;
use super::session::Session;

/// Opens sessions and owns their keys.
///
/// Every session has keys of its own, in a place of its own: a session that is on its way
/// out cannot touch what its successor has stored.
#[async_trait]
pub trait Engine: Send + Sync {
    /// What is stored for the instance. Leftovers of links that were never completed are
    /// removed on the way. [`EngineError::Disk`]: that cannot be said now.
    async fn stored(&self, instance: InstanceId) -> Result<StoredKeys, EngineError>;

    /// Opens a session with fresh keys that can be linked to a phone.
    async fn open_unlinked(
        &self,
        instance: InstanceId,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError>;

    /// Opens a session with the stored keys of a link.
    async fn open_linked(
        &self,
        instance: InstanceId,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError>;

    /// Removes every key of the instance. No session of it may be open.
    async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError>;
}

/// Where a session reports to.
#[derive(Clone)]
pub struct Reports {
    /// What happens to the session itself.
    pub events: mpsc::Sender<SessionEvent>,
    /// What it receives.
    pub inbox: Arc<dyn Inbox>,
}

/// The keys that are stored for an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredKeys {
    /// None of a completed link.
    Nothing,
    /// Those of a link to this account.
    Linked(Account),
    /// Something that cannot be read.
    Unreadable,
}
