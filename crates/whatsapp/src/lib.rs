//! WhatsApp's multi-device protocol: the only crate beside the simulator that knows the
//! engine `whatsapp-rust`.
//!
//! It implements the fleet's port. What the engine reports is translated into the fleet's
//! words in one place (`events`); what the engine leaves to its user is here too: keys on
//! disk before WhatsApp is told, sockets without Nagle's delay, one version for all clients.

pub mod certificate;
mod client;
mod endpoint;
mod events;
mod keystore;
mod media;
mod session;
mod transport;
mod version;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use siskin_fleet::{Engine, EngineError, Session, SessionEvent, Stored};
use siskin_model::InstanceId;
use tokio::sync::mpsc;

pub use endpoint::{Endpoint, EndpointError};
pub use version::{VERSION_PAGE, Version, Versions};

use crate::keystore::Keystore;
use crate::session::EngineSession;

/// Whether this build accepts any server as WhatsApp. Such a build talks to nothing but a
/// simulator on loopback.
pub const SIMULATOR_ONLY: bool = cfg!(feature = "danger-simulator-only");

/// The engine behind the fleet.
pub struct WhatsApp {
    keystore: Keystore,
    endpoint: Endpoint,
    versions: Arc<Versions>,
}

impl WhatsApp {
    /// An engine that keeps its keys under `keys` and connects to `endpoint`.
    pub fn new(keys: PathBuf, endpoint: Endpoint, versions: Arc<Versions>) -> Self {
        Self { keystore: Keystore::new(keys), endpoint, versions }
    }
}

#[async_trait]
impl Engine for WhatsApp {
    async fn stored(&self, instance: InstanceId) -> Result<Stored, EngineError> {
        self.keystore.stored(instance).await
    }

    async fn open_unlinked(
        &self,
        instance: InstanceId,
        events: mpsc::Sender<SessionEvent>,
    ) -> Result<Arc<dyn Session>, EngineError> {
        let keys = self.keystore.fresh(instance).await?;
        let session =
            EngineSession::open(keys, false, &self.endpoint, &self.versions, events).await?;
        Ok(Arc::new(session))
    }

    async fn open_linked(
        &self,
        instance: InstanceId,
        events: mpsc::Sender<SessionEvent>,
    ) -> Result<Arc<dyn Session>, EngineError> {
        let keys = self.keystore.linked(instance).await?;
        let session =
            EngineSession::open(keys, true, &self.endpoint, &self.versions, events).await?;
        Ok(Arc::new(session))
    }

    async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError> {
        self.keystore.wipe(instance).await
    }
}
