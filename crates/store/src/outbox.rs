use async_trait::async_trait;
use siskin_green_api::Notification;
use siskin_model::message::Outgoing;
use siskin_model::{ChatId, InstanceId, Message, MessageId, MessageStatus, Receipt, UnixMillis};

use crate::{Entry, Recorded, Result};

/// A message in the queue of what is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// Its place: numbers that count up within an instance and are never given twice.
    pub place: i64,
    /// What is to be sent.
    pub outgoing: Outgoing,
    /// WhatsApp's own form of it, once it has begun to leave: it is sent again as it is
    /// until WhatsApp has acknowledged it.
    pub leaving: Option<Vec<u8>>,
}

/// Messages that have been put into the queue of an instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Enqueued {
    /// The place of the last one that was in it before them; 0: there was none.
    pub behind: i64,
    /// They, in order; none where the instance is unknown.
    pub queued: Vec<Queued>,
}

/// A step of an outgoing message.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The chat.
    pub chat: ChatId,
    /// The message.
    pub message: MessageId,
    /// What it has reached.
    pub status: MessageStatus,
    /// When.
    pub at: UnixMillis,
    /// Why it failed; empty if it did not.
    pub description: String,
    /// What its owner is told.
    pub notification: Option<Notification>,
}

/// The queue of messages to be sent, first in, first out, one per instance.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Appends messages, all or none, in order; durable when it returns. An unknown
    /// instance takes none. `shown` are the rows that the journal has of them from now on:
    /// those that are waiting ([`Message::is_waiting`]) go when their message begins to leave,
    /// or leaves the queue in another way.
    async fn enqueue(
        &self,
        id: InstanceId,
        outgoing: Vec<Outgoing>,
        shown: Vec<Message>,
    ) -> Result<Enqueued>;

    /// Removes a message that waits and has not begun to leave. Whether it was there: one
    /// that has begun to leave, or has left, stays as it is.
    async fn withdraw(&self, id: InstanceId, chat: &ChatId, message: &MessageId) -> Result<bool>;

    /// The oldest messages behind `after`, whether or not they have begun to leave; at most
    /// `count`.
    async fn next_outgoing(&self, id: InstanceId, after: i64, count: u32) -> Result<Vec<Queued>>;

    /// A message begins to leave: its entry is recorded as by
    /// [`Journal::record`](crate::Journal::record), and the queue keeps WhatsApp's own form
    /// of it (the message's `raw`) until it has left. `None`: it is not in the queue any more
    /// (it was cleared), and nothing is recorded. A message that has begun to leave is left
    /// as it is.
    async fn leave(&self, id: InstanceId, place: i64, entry: Entry) -> Result<Option<Recorded>>;

    /// A message that has not begun to leave never will: it is removed, `lost` recorded in the
    /// journal, and its owner told. If it is not there, or leaving, nothing happens.
    async fn give_up(
        &self,
        id: InstanceId,
        place: i64,
        lost: Option<Message>,
        notification: Option<Notification>,
    ) -> Result<Option<Receipt>>;

    /// An outgoing message got further, or failed: it leaves the queue, if it is still there,
    /// and the journal's row gets the new status and time if it may move on to it
    /// ([`MessageStatus::may_become`]; one that has none yet counts as pending). Incoming
    /// messages are left alone. The notification is appended only if it did; its
    /// handle is returned. All steps are taken in one go, in order.
    async fn advance(&self, id: InstanceId, steps: Vec<Progress>) -> Result<Vec<Option<Receipt>>>;

    /// The messages that wait and have not begun to leave, in order, at most `count`.
    async fn waiting(&self, id: InstanceId, count: u32) -> Result<Vec<Outgoing>>;

    /// How many messages wait and have not begun to leave.
    async fn waiting_count(&self, id: InstanceId) -> Result<u64>;

    /// Removes the messages that wait and have not begun to leave; how many there were.
    async fn clear_waiting(&self, id: InstanceId) -> Result<u64>;

    /// Removes the messages of all instances that were accepted before `before` and have not
    /// begun to leave; how many there were.
    async fn expire_waiting(&self, before: UnixMillis) -> Result<u64>;
}
