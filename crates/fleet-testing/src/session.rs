use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use siskin_model::message::TypingKind;
use siskin_model::{Account, ChatId, InstanceId, MessageId};
use siskin_store::{Clock as _, SystemClock};
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use crate::keys::Keys;
use crate::script::{Script, Transmitted};
use siskin_fleet::port::{Inbox, InboxEvent, Refused, Reports, SessionEvent, StoredKeys};

/// How long a test waits for what should have happened.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// The test's end of a session.
pub struct ScriptedSession {
    /// Whose it is.
    pub instance: InstanceId,
    /// Whether it was opened with the stored keys of a link.
    pub linked: bool,
    events: mpsc::Sender<SessionEvent>,
    inbox: Arc<dyn Inbox>,
    sent: AsyncMutex<mpsc::UnboundedReceiver<Transmitted>>,
    script: Arc<Script>,
    keys: Keys,
}

impl ScriptedSession {
    /// The test's end and the fleet's.
    pub(super) fn new(
        instance: InstanceId,
        linked: bool,
        reports: Reports,
        keys: Keys,
        withholds_codes: bool,
    ) -> (Self, Arc<Script>) {
        let (transmitted, sent) = mpsc::unbounded_channel();
        let script = Arc::new(Script::new(withholds_codes, transmitted));
        let Reports { events, inbox } = reports;
        let sent = AsyncMutex::new(sent);
        (Self { instance, linked, events, inbox, sent, script: script.clone(), keys }, script)
    }

    /// Lets something happen to the session. Ignored once it is closed.
    pub async fn send(&self, event: SessionEvent) {
        if let SessionEvent::Paired(account) = &event {
            self.keys.store(self.instance, StoredKeys::Linked(account.clone()));
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
        self.inbox.events(vec![InboxEvent::Acknowledged { id, at, refused }]).await
    }

    /// From now on, that person has no account.
    pub fn without_account(&self, person: ChatId) {
        *self.script.without_account.lock() = Some(person);
    }

    /// From now on, that number leads to the account of another one.
    pub fn spelled(&self, number: ChatId, account: ChatId) {
        self.script.spelled.lock().insert(number, account);
    }

    /// The numbers that WhatsApp was asked about, in order.
    pub fn asked(&self) -> Vec<ChatId> {
        self.script.asked.lock().clone()
    }

    /// So many times, WhatsApp is too busy to say whether somebody has an account.
    pub fn busy(&self, times: usize) {
        self.script.busy.store(times, Ordering::SeqCst);
    }

    /// From now on, messages are written and then found to be readable by nobody, each when
    /// the test says so with [`ScriptedSession::look`].
    pub fn unreadable(&self) {
        self.script.unreadable.store(true, Ordering::SeqCst);
    }

    /// The session looks at the message that it has written.
    pub fn look(&self) {
        self.script.looked_at.notify_one();
    }

    /// The typing indicators that were shown and taken back, in order.
    pub fn typing(&self) -> Vec<(ChatId, Option<TypingKind>)> {
        self.script.typing.lock().clone()
    }

    /// The messages that were marked read, in order.
    pub fn read(&self) -> Vec<MessageId> {
        self.script.read.lock().clone()
    }

    /// How often the subject of a group was asked for.
    pub fn groups_asked(&self) -> usize {
        self.script.groups_asked.load(Ordering::SeqCst)
    }

    /// Whether the fleet has closed it.
    pub fn is_closed(&self) -> bool {
        self.script.closed.load(Ordering::SeqCst)
    }

    /// Whether the fleet has closed it by logging out.
    pub fn is_logged_out(&self) -> bool {
        self.script.logged_out.load(Ordering::SeqCst)
    }

    /// Waits until the fleet lets go of the session's events.
    pub async fn closed(&self) {
        self.events.closed().await;
    }
}
