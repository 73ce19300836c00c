use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use siskin_model::InstanceId;
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use crate::keys::Keys;
use crate::session::{PATIENCE, ScriptedSession};
use siskin_fleet::port::{Engine, EngineError, Reports, Session, StoredKeys};

/// How many opened sessions a test may leave unlooked at.
const OPENED_QUEUE: usize = 1024;

/// An engine without a network: a test takes each session as it is opened and says what
/// happens to it.
pub struct ScriptedEngine {
    keys: Keys,
    withholds_codes: AtomicBool,
    opened: mpsc::Sender<ScriptedSession>,
    queue: AsyncMutex<mpsc::Receiver<ScriptedSession>>,
}

impl ScriptedEngine {
    /// An engine with no keys.
    pub fn new() -> Arc<Self> {
        let (opened, queue) = mpsc::channel(OPENED_QUEUE);
        let queue = AsyncMutex::new(queue);
        Arc::new(Self { keys: Keys::default(), withholds_codes: false.into(), opened, queue })
    }

    /// From now on, sessions leave requests for a pairing code unanswered.
    pub fn withhold_pairing_codes(&self) {
        self.withholds_codes.store(true, Ordering::SeqCst);
    }

    /// Says what is stored for an instance.
    pub fn store_keys(&self, instance: InstanceId, stored: StoredKeys) {
        self.keys.store(instance, stored);
    }

    /// What is stored for an instance.
    pub fn keys(&self, instance: InstanceId) -> StoredKeys {
        self.keys.stored(instance)
    }

    /// The next session that is opened.
    ///
    /// # Panics
    /// When none is opened in time: the test has failed then.
    #[allow(clippy::panic)]
    pub async fn opened(&self) -> ScriptedSession {
        match tokio::time::timeout(PATIENCE, async { self.queue.lock().await.recv().await }).await {
            Ok(Some(session)) => session,
            _ => panic!("no session was opened within {PATIENCE:?}"),
        }
    }

    async fn open(
        &self,
        instance: InstanceId,
        linked: bool,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError> {
        let withholds_codes = self.withholds_codes.load(Ordering::SeqCst);
        let (session, script) =
            ScriptedSession::new(instance, linked, reports, self.keys.clone(), withholds_codes);
        let queued = self.opened.send(session).await;
        queued.map_err(|_| EngineError::Engine("the test is over".into()))?;
        Ok(script)
    }
}

#[async_trait]
impl Engine for ScriptedEngine {
    async fn stored(&self, instance: InstanceId) -> Result<StoredKeys, EngineError> {
        Ok(self.keys(instance))
    }

    async fn open_unlinked(
        &self,
        instance: InstanceId,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError> {
        self.open(instance, false, reports).await
    }

    async fn open_linked(
        &self,
        instance: InstanceId,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError> {
        self.open(instance, true, reports).await
    }

    async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError> {
        self.keys.wipe(instance);
        Ok(())
    }
}
