use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Map, Value};
use siskin_model::{
    ChatId, InstanceId, Link, Message, Notification, PairingCode, PhoneNumber, Receipt, Settings,
    StateRecord, Token, UnixMillis,
};
use siskin_store::InstanceRow;
use tokio::sync::{Mutex, Notify, Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::asking::{Askers, Asking};
use crate::engine::Session;
use crate::error::{ChangeError, FleetError, LinkError};
use crate::ids::new_token;
use crate::journal::Journal;
use crate::log::NotificationLog;
use crate::messages::{
    Backlog, InFlight, Lookups, PeopleCache, Spending, groups, marks, undecryptable,
};
use crate::surroundings::Surroundings;
use crate::task::Command;

/// How many typing indicators of an instance are shown at once, as the API asks for them.
const INDICATORS: usize = 64;

/// One instance: what is known of it, and the mailbox of its task.
pub struct Instance {
    id: InstanceId,
    name: String,
    created: UnixMillis,
    token: RwLock<Token>,
    settings: watch::Sender<Arc<Settings>>,
    pub(crate) link: watch::Sender<Link>,
    pub(crate) askers: Arc<Askers>,
    commands: mpsc::Sender<Command>,
    /// Held while settings or token change: a change starts from what the last one left.
    changing: Mutex<()>,
    deleted: CancellationToken,
    pub(crate) around: Arc<Surroundings>,
    /// What is known of the persons that it has to do with.
    pub(crate) people: PeopleCache,
    /// What it asks WhatsApp about their accounts.
    pub(crate) lookups: Lookups,
    /// The messages that are on their way to WhatsApp's server.
    pub(crate) in_flight: InFlight,
    /// How often WhatsApp has told of a change of a group's timer.
    pub(crate) groups_told: AtomicU64,
    /// How many messages the queue has room for, at the least; what is being accepted aside.
    pub(crate) room: AtomicU64,
    /// When the next message may leave.
    pub(crate) next_leave: std::sync::Mutex<Instant>,
    /// Rings when the queue of messages to be sent has grown.
    pub(crate) outbox: Notify,
    /// The session of the link, while it is logged in.
    pub(crate) session: watch::Sender<Option<Arc<dyn Session>>>,
    /// The groups whose subject is to be asked for.
    pub(crate) groups: Backlog<ChatId>,
    /// The messages that are to be marked read.
    pub(crate) marks: Backlog<Message>,
    /// The messages that could not be decrypted, each with the moment from which its owner is
    /// told.
    pub(crate) undecryptable: Backlog<(Instant, Message)>,
    /// Bounds how many typing indicators are taken back after a while.
    pub(crate) typing: Arc<Semaphore>,
    /// A counter that moves when files of it have to be fetched or have come.
    pub(crate) files: watch::Sender<u64>,
    /// What it has fetched today.
    pub(crate) spending: Spending,
    pub(crate) log: Arc<NotificationLog>,
    pub(crate) journal: Arc<Journal>,
}

impl Instance {
    pub(crate) fn new(
        row: InstanceRow,
        link: Link,
        commands: mpsc::Sender<Command>,
        around: Arc<Surroundings>,
    ) -> Self {
        let (id, store) = (row.id, around.store.clone());
        let log = Arc::new(NotificationLog::new(id, store.clone(), around.bell.clone()));
        let journal = Arc::new(Journal::new(id, store, log.clone()));
        Self {
            id: row.id,
            name: row.name,
            created: row.created,
            token: RwLock::new(row.token),
            settings: watch::Sender::new(Arc::new(row.settings)),
            link: watch::Sender::new(link),
            askers: Arc::default(),
            commands,
            changing: Mutex::default(),
            deleted: CancellationToken::new(),
            around,
            people: PeopleCache::default(),
            lookups: Lookups::default(),
            in_flight: InFlight::default(),
            groups_told: AtomicU64::new(0),
            room: AtomicU64::new(0),
            next_leave: std::sync::Mutex::new(Instant::now()),
            outbox: Notify::new(),
            session: watch::Sender::new(None),
            groups: groups(),
            marks: marks(),
            undecryptable: undecryptable(),
            typing: Arc::new(Semaphore::new(INDICATORS)),
            files: watch::Sender::new(0),
            spending: Spending::default(),
            log,
            journal,
        }
    }

    /// Its number.
    pub fn id(&self) -> InstanceId {
        self.id
    }

    /// Its label; may be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was created.
    pub fn created(&self) -> UnixMillis {
        self.created
    }

    /// Its secret.
    pub fn token(&self) -> Token {
        self.token.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its settings as they are now.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.borrow().clone()
    }

    /// Its settings, now and whenever they change.
    pub fn settings_changes(&self) -> watch::Receiver<Arc<Settings>> {
        self.settings.subscribe()
    }

    /// Returns when the instance is deleted: whatever waits for something of it ends then.
    pub async fn deleted(&self) {
        self.deleted.cancelled().await;
    }

    pub(crate) fn tell_deleted(&self) {
        self.deleted.cancel();
    }

    /// How it stands with WhatsApp, now and whenever that changes.
    pub fn link(&self) -> watch::Receiver<Link> {
        self.link.subscribe()
    }

    /// Asks for a code to scan: see [`Asking`]. The code comes through [`Instance::link`].
    pub fn ask(&self) -> Asking {
        Asking::new(self.askers.clone())
    }

    /// A code that links by phone number; while one for the same number is valid, that one.
    ///
    /// Waits for WhatsApp, bounded, and leaves a running QR alone.
    ///
    /// # Errors
    /// When the instance is linked, WhatsApp cannot be reached or refuses.
    pub async fn pairing_code(&self, phone: &PhoneNumber) -> Result<PairingCode, LinkError> {
        let phone = phone.clone();
        self.command(|reply| Command::PairingCode { phone, reply })
            .await
            .ok_or(LinkError::Stopping)?
    }

    /// Removes the link, at WhatsApp too where it can be reached, and every key of it.
    /// An instance that is not linked stays as it is.
    ///
    /// # Errors
    /// When the keys cannot be removed or the instance is stopping.
    pub async fn logout(&self) -> Result<(), FleetError> {
        self.command(|reply| Command::Logout { reply }).await.ok_or(FleetError::Stopping)?
    }

    /// Closes every connection of the instance and, if it is linked, starts it anew.
    /// Answers when the restart has begun.
    ///
    /// # Errors
    /// When the keys cannot be read or the instance is stopping.
    pub async fn reboot(&self) -> Result<(), FleetError> {
        self.command(|reply| Command::Reboot { reply }).await.ok_or(FleetError::Stopping)?
    }

    /// Removes the link with its keys and ends the task. `false`: it had ended before.
    pub(crate) async fn remove(&self) -> Result<bool, FleetError> {
        let removed = self.command(|reply| Command::Remove { reply }).await;
        removed.map_or(Ok(false), |result| result.map(|()| true))
    }

    async fn command<T>(&self, make: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(make(reply)).await.ok()?;
        answer.await.ok()
    }

    /// Applies a partial change of settings, durably.
    ///
    /// # Errors
    /// When a value does not fit (nothing is changed then) or the store fails.
    pub async fn change_settings(
        &self,
        changes: &Map<String, Value>,
    ) -> Result<Arc<Settings>, ChangeError> {
        let _changing = self.changing.lock().await;
        let new = Arc::new(self.settings().changed_by(changes)?);
        self.around.store.save_settings(self.id, &new).await?;
        self.settings.send_replace(new.clone());
        self.around.bell.ring(self.id);
        Ok(new)
    }

    /// Replaces the token; the old one is of no use from now on.
    ///
    /// # Errors
    /// When the store fails; the old token stays valid then.
    pub async fn new_token(&self) -> Result<Token, FleetError> {
        let _changing = self.changing.lock().await;
        self.save_new_token().await
    }

    /// Replaces the token by request of somebody who has `old`; `None` where that is not the
    /// token any more: of several who replace the same one at once, only the first does.
    ///
    /// # Errors
    /// When the store fails; the old token stays valid then.
    pub async fn replace_token(&self, old: &str) -> Result<Option<Token>, FleetError> {
        let _changing = self.changing.lock().await;
        if !self.token().matches(old) {
            return Ok(None);
        }
        self.save_new_token().await.map(Some)
    }

    async fn save_new_token(&self) -> Result<Token, FleetError> {
        let token = new_token();
        self.around.store.save_token(self.id, &token).await?;
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = token.clone();
        Ok(token)
    }

    /// The latest changes of state, newest first, at most `count`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn state_history(&self, count: u32) -> Result<Vec<StateRecord>, FleetError> {
        Ok(self.around.store.state_history(self.id, count).await?)
    }

    /// Appends to the notification log and wakes whoever waits for it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notify(&self, notification: Notification) -> Result<Receipt, FleetError> {
        Ok(self.log.append(notification).await?)
    }

    /// Notifications as they are logged from now on, whether or not somebody has taken them
    /// already. Whoever looks on too slowly misses some.
    pub fn look_on(&self) -> broadcast::Receiver<Notification> {
        self.log.look_on()
    }

    /// A counter that moves when messages are recorded or get further.
    pub fn journal_changes(&self) -> watch::Receiver<u64> {
        self.journal.changes()
    }

    /// A counter that moves after every append to the notification log.
    pub fn log_changes(&self) -> watch::Receiver<u64> {
        self.log.changes()
    }
}
