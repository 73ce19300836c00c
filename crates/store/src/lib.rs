//! What the gateway keeps, as traits: what a store has to promise. And a clock.

mod calls;
mod clock;
mod files;
mod health;
mod journal;
mod outbox;
mod people;
mod timers;

use std::time::Duration;

use std::sync::Arc;

use async_trait::async_trait;
use siskin_green_api::{Notification, Settings};
use siskin_model::{Account, InstanceId, Link, Receipt, StateRecord, Token, UnixMillis};

pub use calls::Calls;
pub use clock::{Clock, SystemClock};
pub use files::Files;
pub use health::Health;
pub use journal::{Amendment, Entry, Journal, Listing, Page, Position, Recorded, Replacement};
pub use outbox::{Enqueued, Outbox, Progress, Queued};
pub use people::People;
pub use timers::Timers;

/// How many changes of state are kept for each instance; the oldest go first.
pub const STATE_HISTORY: u32 = 1000;

/// Why a store has failed: mostly the driver's own error. Shared, for what is committed together
/// fails together.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// The store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed. The cause is in the text already, and not told once more as a source.
    #[error("the database failed: {0}")]
    Database(Cause),
    /// A row holds something that this version does not understand.
    #[error("the database holds {what} that cannot be read: {why}")]
    Corrupt {
        /// The kind of thing.
        what: &'static str,
        /// What is wrong with it; never the value of a secret.
        why: String,
    },
}

impl StoreError {
    /// The database failed for this reason.
    pub fn database(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Database(Arc::from(cause.into()))
    }
}

/// The outcome of a store's work.
pub type Result<T> = std::result::Result<T, StoreError>;

/// An instance as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceRow {
    /// Its number.
    pub id: InstanceId,
    /// Its label, for people; may be empty.
    pub name: String,
    /// Its secret.
    pub token: Token,
    /// When it was created.
    pub created: UnixMillis,
    /// Its settings.
    pub settings: Settings,
    /// How it stood with WhatsApp when that was last recorded.
    pub last: LastState,
}

/// The part of a link that outlives the process.
#[derive(Debug, Clone, PartialEq)]
pub struct LastState {
    /// The state that was last told to the owner.
    pub record: StateRecord,
    /// The linked account, while its keys are kept.
    pub account: Option<Account>,
}

/// What is still told of an instance that was deleted: nothing that opens it, and nothing of
/// what it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedInstance {
    /// Its number.
    pub id: InstanceId,
    /// Its label.
    pub name: String,
    /// When it was created.
    pub created: UnixMillis,
    /// When it was deleted.
    pub deleted: UnixMillis,
}

impl DeletedInstance {
    /// How long it is told of (specification, `getInstances`): three months.
    pub const LISTED: Duration = Duration::from_secs(92 * 24 * 60 * 60);
}

/// An instance to be created; the store gives it its number.
#[derive(Debug, Clone)]
pub struct NewInstance {
    /// Its label.
    pub name: String,
    /// Its secret.
    pub token: Token,
    /// Now.
    pub created: UnixMillis,
    /// Its settings.
    pub settings: Settings,
}

/// A change of state to be recorded, with the notification that tells of it, if the
/// settings ask for one: both are committed together or not at all.
#[derive(Debug, Clone)]
pub struct StateChange {
    /// What was reached.
    pub record: StateRecord,
    /// The account whose keys are kept from now on.
    pub account: Option<Account>,
    /// What the owner is told.
    pub notification: Option<Notification>,
}

impl LastState {
    /// The state of an instance that has just been created.
    pub fn new(at: UnixMillis) -> Self {
        let record = StateRecord { state: Link::asleep(at).state(), at, phone: None, reason: None };
        Self { record, account: None }
    }
}

/// Where instances are kept.
///
/// The store has no notion of who may do what and trusts its callers' values; it promises
/// atomicity, order and durability: what has returned survives the end of the process.
#[async_trait]
pub trait Instances: Send + Sync {
    /// Creates an instance. Numbers count up and are never given twice, not even after the
    /// instance is deleted.
    async fn create(&self, new: NewInstance) -> Result<InstanceRow>;

    /// Every instance, by number.
    async fn list(&self) -> Result<Vec<InstanceRow>>;

    /// Replaces the settings. Unknown instances are ignored, here and below: the instance
    /// may have been deleted a moment ago.
    async fn save_settings(&self, id: InstanceId, settings: &Settings) -> Result<()>;

    /// Replaces the token.
    async fn save_token(&self, id: InstanceId, token: &Token) -> Result<()>;

    /// Records a change of state. Of the history, the newest [`STATE_HISTORY`] stay.
    async fn record_state(&self, id: InstanceId, change: StateChange) -> Result<()>;

    /// Replaces the account without a change of state, for example when its profile name
    /// becomes known.
    async fn save_account(&self, id: InstanceId, account: Option<&Account>) -> Result<()>;

    /// The latest changes of state, newest first, at most `count`.
    async fn state_history(&self, id: InstanceId, count: u32) -> Result<Vec<StateRecord>>;

    /// Deletes the instance and everything that is kept for it, but for what a
    /// [`DeletedInstance`] has. Deleting it again is fine and changes nothing.
    async fn delete(&self, id: InstanceId, now: UnixMillis) -> Result<()>;

    /// Every deleted instance that is still told of, by number.
    async fn deleted(&self) -> Result<Vec<DeletedInstance>>;

    /// Whether an instance was deleted and is still told of.
    async fn is_deleted(&self, id: InstanceId) -> Result<bool>;

    /// Forgets the instances that were deleted before `before`; how many there were.
    async fn forget_deleted(&self, before: UnixMillis) -> Result<u64>;
}

/// A notification in the log of its instance.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedNotification {
    /// Its handle.
    pub receipt: Receipt,
    /// The notification.
    pub notification: Notification,
}

/// The notification log: in order, durable, one per instance. A notification leaves it only
/// by its receipt, an accepted webhook (which is a removal too), clearing or retention.
#[async_trait]
pub trait Notifications: Send + Sync {
    /// Appends to the end; receipts count up by one per instance and are never given twice.
    async fn append(&self, id: InstanceId, notification: Notification) -> Result<Receipt>;

    /// The oldest notifications behind the receipt `after` that are not older than
    /// `not_before`, in order, at most `count`.
    async fn logged(
        &self,
        id: InstanceId,
        after: Receipt,
        not_before: UnixMillis,
        count: u32,
    ) -> Result<Vec<LoggedNotification>>;

    /// The oldest notification that is not older than `not_before`.
    async fn oldest(
        &self,
        id: InstanceId,
        not_before: UnixMillis,
    ) -> Result<Option<LoggedNotification>> {
        Ok(self.logged(id, Receipt::MIN, not_before, 1).await?.pop())
    }

    /// The newest notifications, newest first, at most `count`.
    async fn newest(&self, id: InstanceId, count: u32) -> Result<Vec<LoggedNotification>>;

    /// Removes some in one go; how many of them were there.
    async fn remove_all(&self, id: InstanceId, receipts: Vec<Receipt>) -> Result<u64>;

    /// Removes one. Whether it was there.
    async fn remove(&self, id: InstanceId, receipt: Receipt) -> Result<bool> {
        Ok(self.remove_all(id, vec![receipt]).await? == 1)
    }

    /// Removes all of one instance; how many there were.
    async fn clear(&self, id: InstanceId) -> Result<u64>;

    /// How many there are that are not older than `not_before`.
    async fn count(&self, id: InstanceId, not_before: UnixMillis) -> Result<u64>;

    /// Removes those of all instances that are older than `before`; how many there were.
    async fn expire(&self, before: UnixMillis) -> Result<u64>;

    /// The instances whose log is not empty.
    async fn pending(&self) -> Result<Vec<InstanceId>>;
}

/// A secret of the gateway as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GatewaySecret {
    /// Opens the partner methods.
    Partner,
    /// Opens the console.
    Admin,
}

impl GatewaySecret {
    /// The word under which it is kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Admin => "admin",
        }
    }
}

/// Where the gateway's own secrets are kept.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The secret; `fresh` is kept and returned where there is none yet. The second value
    /// tells whether `fresh` was taken.
    async fn secret_or(&self, which: GatewaySecret, fresh: Token) -> Result<(Token, bool)>;
}

/// Everything that a gateway keeps.
// rustfmt would make one line of it that is too long.
#[rustfmt::skip]
pub trait Store:
    Instances + Notifications + Secrets + Journal + Outbox + Files + People + Calls + Timers
    + Health
{
}

impl<T> Store for T where
    T: Instances
        + Notifications
        + Secrets
        + Journal
        + Outbox
        + Files
        + People
        + Calls
        + Timers
        + Health
{
}
