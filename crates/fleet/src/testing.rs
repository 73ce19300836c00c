//! An engine whose sessions a test drives, and a fleet on top of it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use siskin_media::MediaFolder;
use siskin_model::message::{Command, Outgoing, TypingKind};
use siskin_model::{
    Account, Address, Body, ChatId, Content, InstanceId, Message, MessageId, PhoneNumber,
};
use siskin_store::{Clock as _, Store, SystemClock};
use tokio::sync::{Mutex as AsyncMutex, Notify, mpsc};

use crate::incoming::{Inbox, Incoming, Refused};
use crate::{
    ContentKey, Engine, EngineError, FetchError, FileLimits, Fleet, FleetError, GroupFacts,
    IssuedCode, NoPreviews, Pacing, Parts, Prepared, Reports, SendError, Session, SessionEvent,
    Setup, Stored,
};

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
    inbox: Arc<dyn Inbox>,
    sent: AsyncMutex<mpsc::UnboundedReceiver<Transmitted>>,
    state: Arc<State>,
    engine: Arc<ScriptedEngine>,
}

/// A message that the fleet has written to a session's socket.
#[derive(Debug, Clone, PartialEq)]
pub struct Transmitted {
    /// Where it goes.
    pub chat: ChatId,
    /// Its id.
    pub id: MessageId,
    /// What it says: the JSON of its [`Body`], which scripted sessions take for WhatsApp's
    /// own form.
    pub raw: Vec<u8>,
}

#[derive(Default)]
struct State {
    closed: AtomicBool,
    logged_out: AtomicBool,
    withholds_codes: bool,
    without_account: Mutex<Option<ChatId>>,
    spelled: Mutex<HashMap<ChatId, ChatId>>,
    asked: Mutex<Vec<ChatId>>,
    busy: AtomicUsize,
    unreadable: AtomicBool,
    looked_at: Notify,
    typing: Mutex<Vec<(ChatId, Option<TypingKind>)>>,
    read: Mutex<Vec<MessageId>>,
    groups_asked: AtomicUsize,
}

struct Side {
    state: Arc<State>,
    sent: mpsc::UnboundedSender<Transmitted>,
}

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
    Fleet::start(setup(store, engine, Pacing::Off)).await
}

/// What [`fleet`] starts a fleet with. Files go to a folder of the system's own for what is
/// temporary, named after the process.
pub fn setup(store: Arc<dyn Store>, engine: Arc<ScriptedEngine>, pacing: Pacing) -> Setup {
    let folder = format!("siskin-test-media-{}", std::process::id());
    Setup {
        store,
        engine: Arc::new(Handle(engine)),
        clock: Arc::new(SystemClock),
        media: MediaFolder::new(std::env::temp_dir().join(folder)),
        previews: Arc::new(NoPreviews),
        base_url: "http://gateway.example".to_owned(),
        pacing,
        file_limits: FileLimits::NONE,
    }
}

/// The port's side; it hands itself out to the sessions.
struct Handle(Arc<ScriptedEngine>);

impl Handle {
    async fn open(
        &self,
        instance: InstanceId,
        linked: bool,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError> {
        let withholds_codes = self.0.withholds_codes.load(Ordering::SeqCst);
        let state = Arc::new(State { withholds_codes, ..State::default() });
        let (sender, sent) = mpsc::unbounded_channel();
        let session = ScriptedSession {
            instance,
            linked,
            events: reports.events,
            inbox: reports.inbox,
            sent: AsyncMutex::new(sent),
            state: state.clone(),
            engine: self.0.clone(),
        };
        let queued = self.0.opened.send(session).await;
        queued.map_err(|_| EngineError::Engine("the test is over".into()))?;
        Ok(Arc::new(Side { state, sent: sender }))
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

    /// Where the session reports what it receives.
    pub fn inbox(&self) -> &Arc<dyn Inbox> {
        &self.inbox
    }

    /// The next message that the fleet writes to the socket.
    ///
    /// # Panics
    /// When none comes in time: the test has failed then.
    #[allow(clippy::panic)]
    pub async fn transmitted(&self) -> Transmitted {
        match tokio::time::timeout(PATIENCE, async { self.sent.lock().await.recv().await }).await {
            Ok(Some(transmitted)) => transmitted,
            _ => panic!("no message was sent within {PATIENCE:?}"),
        }
    }

    /// What was written to the socket and not looked at yet.
    pub async fn transmitted_so_far(&self) -> Vec<Transmitted> {
        let mut sent = self.sent.lock().await;
        std::iter::from_fn(|| sent.try_recv().ok()).collect()
    }

    /// WhatsApp's server takes a message, or refuses it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn acknowledge(
        &self,
        id: &MessageId,
        refused: Option<Refused>,
    ) -> Result<(), siskin_store::StoreError> {
        let (id, at) = (id.clone(), SystemClock.now());
        self.inbox.events(vec![Incoming::Acknowledged { id, at, refused }]).await
    }

    /// From now on, that person has no account.
    pub fn without_account(&self, person: ChatId) {
        *self.state.without_account.lock().unwrap_or_else(PoisonError::into_inner) = Some(person);
    }

    /// From now on, that number leads to the account of another one.
    pub fn spelled(&self, number: ChatId, account: ChatId) {
        let mut spelled = self.state.spelled.lock().unwrap_or_else(PoisonError::into_inner);
        spelled.insert(number, account);
    }

    /// The numbers that WhatsApp was asked about, in order.
    pub fn asked(&self) -> Vec<ChatId> {
        self.state.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// So many times, WhatsApp is too busy to say whether somebody has an account.
    pub fn busy(&self, times: usize) {
        self.state.busy.store(times, Ordering::SeqCst);
    }

    /// From now on, messages are written and then found to be readable by nobody, each when
    /// the test says so with [`ScriptedSession::look`].
    pub fn unreadable(&self) {
        self.state.unreadable.store(true, Ordering::SeqCst);
    }

    /// The session looks at the message that it has written.
    pub fn look(&self) {
        self.state.looked_at.notify_one();
    }

    /// The typing indicators that were shown and taken back, in order.
    pub fn typing(&self) -> Vec<(ChatId, Option<TypingKind>)> {
        self.state.typing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The messages that were marked read, in order.
    pub fn read(&self) -> Vec<MessageId> {
        self.state.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often the subject of a group was asked for.
    pub fn groups_asked(&self) -> usize {
        self.state.groups_asked.load(Ordering::SeqCst)
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
        if self.state.withholds_codes {
            return std::future::pending().await;
        }
        Ok(IssuedCode { code: "ABCD1234".into(), lifetime: CODE_LIFETIME })
    }

    fn silence(&self) -> Duration {
        Duration::ZERO
    }

    async fn reconnect(&self) {}

    async fn close(&self) {
        self.state.closed.store(true, Ordering::SeqCst);
    }

    async fn logout(&self) {
        self.state.logged_out.store(true, Ordering::SeqCst);
        self.close().await;
    }

    async fn prepare(&self, outgoing: &Outgoing, parts: Parts) -> Result<Prepared, SendError> {
        let body = body_of(outgoing, parts)?;
        let raw = serde_json::to_vec(&body);
        let raw = raw.map_err(|error| SendError::Impossible(error.to_string()))?;
        Ok(Prepared { raw, body })
    }

    async fn transmit(&self, chat: &ChatId, id: &MessageId, raw: &[u8]) -> Result<(), SendError> {
        let (chat, id, raw) = (chat.clone(), id.clone(), raw.to_vec());
        self.sent.send(Transmitted { chat, id, raw }).map_err(|_| SendError::Offline)?;
        if self.state.unreadable.load(Ordering::SeqCst) {
            self.state.looked_at.notified().await;
            return Err(SendError::Impossible("nobody can read it".to_owned()));
        }
        Ok(())
    }

    async fn delete_for_me(&self, _: &Message) -> Result<(), SendError> {
        Ok(())
    }

    async fn account(&self, person: &ChatId) -> Result<Option<Address>, SendError> {
        self.state.asked.lock().unwrap_or_else(PoisonError::into_inner).push(person.clone());
        let busy = |times: usize| times.checked_sub(1);
        if self.state.busy.fetch_update(Ordering::SeqCst, Ordering::SeqCst, busy).is_ok() {
            return Err(SendError::Busy("it is busy (503)".to_owned()));
        }
        let without = self.state.without_account.lock().unwrap_or_else(PoisonError::into_inner);
        if without.as_ref() == Some(person) {
            return Ok(None);
        }
        let spelled = self.state.spelled.lock().unwrap_or_else(PoisonError::into_inner);
        let id = spelled.get(person).unwrap_or(person).clone();
        Ok(Some(Address { id, other: None }))
    }

    async fn group(&self, group: &ChatId) -> Result<GroupFacts, SendError> {
        self.state.groups_asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        let subject = "Weekend plans".to_owned();
        Ok(GroupFacts { id: group.clone(), subject, expiration: 0 })
    }

    async fn groups(&self) -> Result<Vec<GroupFacts>, SendError> {
        Ok(Vec::new())
    }

    async fn show_typing(&self, chat: &ChatId, kind: Option<TypingKind>) -> Result<(), SendError> {
        let mut shown = self.state.typing.lock().unwrap_or_else(PoisonError::into_inner);
        shown.push((chat.clone(), kind));
        Ok(())
    }

    async fn mark_read(&self, _: &ChatId, messages: &[Message]) -> Result<(), SendError> {
        let mut read = self.state.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.extend(messages.iter().map(|message| message.id.clone()));
        Ok(())
    }

    fn content_key(&self, _: &Message) -> Option<ContentKey> {
        None
    }

    async fn fetch_file(&self, _: &Message, to: &Path) -> Result<(), FetchError> {
        let written = tokio::fs::write(to, b"the file").await;
        written.map_err(|error| FetchError::Failed(error.to_string()))
    }

    async fn set_presence(&self, _: bool) -> Result<(), SendError> {
        Ok(())
    }
}

/// What a scripted session makes of a command: enough for the fleet's own tests.
fn body_of(outgoing: &Outgoing, parts: Parts) -> Result<Body, SendError> {
    use siskin_model::message::{Deleted, Edited, Quoted};
    let source = parts.source.map(|source| source.body.content);
    let content = match &outgoing.command {
        Command::Forward { .. } => source,
        Command::Edit { target, text } => {
            let (target, text) = (target.clone(), text.clone());
            Some(Content::Edited(Edited { target, text, is_caption: false }))
        }
        Command::Delete { target, .. } => {
            Some(Content::Deleted(Deleted { target: target.clone() }))
        }
        command => command.content(),
    };
    let content = content.ok_or_else(|| SendError::Impossible("nothing to forward".to_owned()))?;
    let quoted = parts.quoted.map(|quoted| Quoted {
        id: quoted.id,
        participant: quoted.sender,
        content: Some(Box::new(quoted.body.content)),
    });
    Ok(Body { quoted, ..Body::new(content) })
}
