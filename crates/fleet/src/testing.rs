//! An engine whose sessions a test drives, and a fleet on top of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use siskin_model::{Account, InstanceId, PhoneNumber};
use siskin_store::{Store, SystemClock};
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use crate::{Engine, EngineError, Fleet, FleetError, IssuedCode, Session, SessionEvent, Stored};

/// How long a test waits for a session that should have been opened.
const PATIENCE: Duration = Duration::from_secs(600);
/// How many opened sessions a test may leave unlooked at.
const OPENED_QUEUE: usize = 1024;
/// How long the pairing codes of scripted sessions live.
const CODE_LIFETIME: Duration = Duration::from_secs(180);

/// An engine without a network: a test takes each session as it is opened and says what
/// happens to it.
pub struct ScriptedEngine {
    keys: Mutex<HashMap<InstanceId, Stored>>,
    withholds_codes: AtomicBool,
    opened: mpsc::Sender<ScriptedSession>,
    queue: AsyncMutex<mpsc::Receiver<ScriptedSession>>,
}

/// The test's end of a session.
pub struct ScriptedSession {
    /// Whose it is.
    pub instance: InstanceId,
    /// Whether it was opened with the stored keys of a link.
    pub linked: bool,
    events: mpsc::Sender<SessionEvent>,
    state: Arc<State>,
    engine: Arc<ScriptedEngine>,
}

#[derive(Default)]
struct State {
    closed: AtomicBool,
    logged_out: AtomicBool,
    withholds_codes: bool,
}

struct Side(Arc<State>);

impl ScriptedEngine {
    /// An engine with no keys.
    pub fn new() -> Arc<Self> {
        let (opened, queue) = mpsc::channel(OPENED_QUEUE);
        let queue = AsyncMutex::new(queue);
        Arc::new(Self { keys: Mutex::default(), withholds_codes: false.into(), opened, queue })
    }

    /// From now on, sessions leave requests for a pairing code unanswered.
    pub fn withhold_pairing_codes(&self) {
        self.withholds_codes.store(true, Ordering::SeqCst);
    }

    /// Says what is stored for an instance.
    pub fn store_keys(&self, instance: InstanceId, stored: Stored) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(instance, stored);
    }

    /// What is stored for an instance.
    pub fn keys(&self, instance: InstanceId) -> Stored {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(&instance).cloned().unwrap_or(Stored::Nothing)
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
}

/// A fleet over the store, whose sessions the test drives.
///
/// # Errors
/// When the store cannot be read.
pub async fn fleet(
    store: Arc<dyn Store>,
    engine: Arc<ScriptedEngine>,
) -> Result<Arc<Fleet>, FleetError> {
    Fleet::start(store, Arc::new(Handle(engine)), Arc::new(SystemClock)).await
}

/// The port's side; it hands itself out to the sessions.
struct Handle(Arc<ScriptedEngine>);

impl Handle {
    async fn open(
        &self,
        instance: InstanceId,
        linked: bool,
        events: mpsc::Sender<SessionEvent>,
    ) -> Result<Arc<dyn Session>, EngineError> {
        let withholds_codes = self.0.withholds_codes.load(Ordering::SeqCst);
        let state = Arc::new(State { withholds_codes, ..State::default() });
        let engine = self.0.clone();
        let session = ScriptedSession { instance, linked, events, state: state.clone(), engine };
        let queued = self.0.opened.send(session).await;
        queued.map_err(|_| EngineError::Engine("the test is over".into()))?;
        Ok(Arc::new(Side(state)))
    }
}

#[async_trait]
impl Engine for Handle {
    async fn stored(&self, instance: InstanceId) -> Result<Stored, EngineError> {
        Ok(self.0.keys(instance))
    }

    async fn open_unlinked(
        &self,
        instance: InstanceId,
        events: mpsc::Sender<SessionEvent>,
    ) -> Result<Arc<dyn Session>, EngineError> {
        self.open(instance, false, events).await
    }

    async fn open_linked(
        &self,
        instance: InstanceId,
        events: mpsc::Sender<SessionEvent>,
    ) -> Result<Arc<dyn Session>, EngineError> {
        self.open(instance, true, events).await
    }

    async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError> {
        self.0.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(&instance);
        Ok(())
    }
}

impl ScriptedSession {
    /// Lets something happen to the session. Ignored once it is closed.
    pub async fn send(&self, event: SessionEvent) {
        if let SessionEvent::Paired(account) = &event {
            self.engine.store_keys(self.instance, Stored::Linked(account.clone()));
        }
        let _ = self.events.send(event).await;
    }

    /// A QR code that lives for so long.
    pub async fn show_qr(&self, text: &str, lifetime: Duration) {
        self.send(SessionEvent::Qr { text: text.to_owned(), lifetime }).await;
    }

    /// A phone accepts and the session logs in.
    pub async fn link(&self, account: &Account) {
        self.send(SessionEvent::Paired(account.clone())).await;
        self.send(SessionEvent::Online(account.clone())).await;
    }

    /// Whether the fleet has closed it.
    pub fn is_closed(&self) -> bool {
        self.state.closed.load(Ordering::SeqCst)
    }

    /// Whether the fleet has closed it by logging out.
    pub fn is_logged_out(&self) -> bool {
        self.state.logged_out.load(Ordering::SeqCst)
    }

    /// Waits until the fleet lets go of the session's events.
    pub async fn closed(&self) {
        self.events.closed().await;
    }
}

#[async_trait]
impl Session for Side {
    async fn pairing_code(&self, _: &PhoneNumber) -> Result<IssuedCode, EngineError> {
        if self.0.withholds_codes {
            return std::future::pending().await;
        }
        Ok(IssuedCode { code: "ABCD1234".into(), lifetime: CODE_LIFETIME })
    }

    fn silence(&self) -> Duration {
        Duration::ZERO
    }

    async fn reconnect(&self) {}

    async fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }

    async fn logout(&self) {
        self.0.logged_out.store(true, Ordering::SeqCst);
        self.close().await;
    }
}
