//! WhatsApp's multi-device protocol: the only crate beside the simulator that knows the
//! engine `whatsapp-rust`.
//!
//! It implements the fleet's port. What the engine reports is translated into the fleet's
//! words: what happens to a session in `events`, what it receives in `inbound`. Messages have
//! a form of WhatsApp's and one of the API's; `translate` knows both. What the engine leaves
//! to its user is here too: keys and messages on disk before WhatsApp is told, sockets
//! without Nagle's delay, one version and one HTTP client for all sessions.

pub mod certificate;
mod client;
mod endpoint;
mod events;
mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod inbound;
mod jid;
mod keystore;
mod media;
mod media_url;
mod remembered;
mod sending;
mod session;
mod told;
mod translate;
mod transport;
mod version;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use siskin_fleet::{Engine, EngineError, Reports, Session, Stored};
use siskin_model::InstanceId;
use tokio::sync::Semaphore;

pub use endpoint::{Endpoint, EndpointError};
pub use version::{VERSION_PAGE, Version, Versions};

use crate::keystore::Keystore;
use crate::media::Media;
use crate::session::{EngineSession, Shared};

/// Whether this build accepts any server as WhatsApp. Such a build talks to nothing but a
/// simulator on loopback.
pub const SIMULATOR_ONLY: bool = cfg!(feature = "danger-simulator-only");

/// How many histories are unpacked at once: each takes some megabytes while it is.
const UNPACKING: usize = 2;

/// The engine behind the fleet.
pub struct WhatsApp {
    keystore: Keystore,
    shared: Shared,
}

impl WhatsApp {
    /// An engine that keeps its keys under `keys` and connects to `endpoint`.
    pub fn new(keys: PathBuf, endpoint: Endpoint, versions: Arc<Versions>) -> Self {
        let media = Media::new(&endpoint);
        let unpacking = Arc::new(Semaphore::new(UNPACKING));
        let shared = Shared { endpoint, versions, media, unpacking };
        Self { keystore: Keystore::new(keys), shared }
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
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError> {
        let keys = self.keystore.fresh(instance).await?;
        Ok(Arc::new(EngineSession::open(keys, false, &self.shared, reports).await?))
    }

    async fn open_linked(
        &self,
        instance: InstanceId,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError> {
        let keys = self.keystore.linked(instance).await?;
        Ok(Arc::new(EngineSession::open(keys, true, &self.shared, reports).await?))
    }

    async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError> {
        self.keystore.wipe(instance).await
    }
}
