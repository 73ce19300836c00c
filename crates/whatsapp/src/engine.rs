use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use siskin_fleet::port::{Engine, EngineError, Reports, Session, StoredKeys};
use siskin_model::InstanceId;
use tokio::sync::Semaphore;

use crate::endpoint::Endpoint;
use crate::keystore::Keystore;
use crate::media::MediaClient;
use crate::session::{EngineSession, Shared};
use crate::version::Versions;

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
        let media = MediaClient::new(&endpoint);
        let unpacking = Arc::new(Semaphore::new(UNPACKING));
        let shared = Shared { endpoint, versions, media, unpacking };
        Self { keystore: Keystore::new(keys), shared }
    }
}

#[async_trait]
impl Engine for WhatsApp {
    async fn stored(&self, instance: InstanceId) -> Result<StoredKeys, EngineError> {
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
