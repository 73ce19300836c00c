//! The journal of an instance: what is written to it, and who is told that it has changed.

mod reader;

use std::sync::Arc;

use siskin_green_api::Notification;
use siskin_model::message::Outgoing;
use siskin_model::{ChatId, InstanceId, Message, MessageId, Receipt};
use siskin_store::{Enqueued, Entry, Progress, Recorded, Result, Store};
use tokio::sync::watch;

pub(crate) use self::reader::JournalReader;
pub use self::reader::{MessageRows, Shown};
use crate::log::NotificationLog;
use crate::people::{Accounts, People};

/// The journal of one instance. The queue of messages to be sent is in it too: what waits is
/// shown as what was sent is.
pub(crate) struct Journal {
    id: InstanceId,
    store: Arc<dyn Store>,
    log: Arc<NotificationLog>,
    people: Arc<People>,
    accounts: Arc<Accounts>,
    /// Moves when messages are recorded or get further.
    changes: watch::Sender<u64>,
}

impl Journal {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        log: &Arc<NotificationLog>,
        people: &Arc<People>,
        accounts: &Arc<Accounts>,
    ) -> Self {
        Self {
            id,
            store: store.clone(),
            log: log.clone(),
            people: people.clone(),
            accounts: accounts.clone(),
            changes: watch::Sender::new(0),
        }
    }

    /// A counter that moves when messages are recorded or get further.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// A message, by the address under which its chat is kept.
    pub(crate) async fn message(&self, chat: &ChatId, id: &MessageId) -> Result<Option<Message>> {
        self.store.message(self.id, chat, id).await
    }

    /// A message, its chat given by any address that is known here.
    pub(crate) async fn known_message(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<Option<Message>> {
        let chat = self.people.kept(chat).await?;
        self.message(&chat, id).await
    }

    /// A message, its chat given by any address of the person: WhatsApp is asked about a number
    /// that nothing is known of.
    pub(crate) async fn named_message(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<Option<Message>> {
        let chat = self.accounts.named(chat).await?;
        self.message(&chat, id).await
    }

    /// Records messages: see [`siskin_store::Journal::record`].
    pub(crate) async fn record(&self, entries: Vec<Entry>) -> Result<Vec<Recorded>> {
        let write = |entries| self.store.record(self.id, entries);
        let recorded = self.log.commit(entries, write).await?;
        self.changed();
        Ok(recorded)
    }

    /// Accepts messages to be sent: see [`siskin_store::Outbox::enqueue`].
    pub(crate) async fn enqueue(
        &self,
        outgoing: Vec<Outgoing>,
        rows: Vec<Message>,
    ) -> Result<Enqueued> {
        let is_shown = !rows.is_empty();
        let enqueued = self.store.enqueue(self.id, outgoing, rows).await?;
        if is_shown {
            self.changed();
        }
        Ok(enqueued)
    }

    /// A message begins to leave: see [`siskin_store::Outbox::leave`].
    pub(crate) async fn leave(&self, place: i64, entry: Entry) -> Result<Option<Recorded>> {
        let write = |entry| self.store.leave(self.id, place, entry);
        let recorded = self.log.commit(entry, write).await?;
        if recorded.is_some() {
            self.changed();
        }
        Ok(recorded)
    }

    /// A message never leaves: see [`siskin_store::Outbox::give_up`].
    pub(crate) async fn give_up(
        &self,
        place: i64,
        lost: Option<Message>,
        notification: Option<Notification>,
    ) -> Result<Option<Receipt>> {
        let write = |notification| self.store.give_up(self.id, place, lost, notification);
        let receipt = self.log.commit(notification, write).await?;
        self.changed();
        Ok(receipt)
    }

    /// Messages get further: see [`siskin_store::Outbox::advance`].
    pub(crate) async fn advance(&self, steps: Vec<Progress>) -> Result<()> {
        self.log.commit(steps, |steps| self.store.advance(self.id, steps)).await?;
        self.changed();
        Ok(())
    }

    /// Drops the messages that wait; how many there were.
    pub(crate) async fn clear_waiting(&self) -> Result<u64> {
        let cleared = self.store.clear_waiting(self.id).await?;
        self.changed();
        Ok(cleared)
    }

    /// Takes back a message that nobody has: one that waits does not leave, and is gone; one
    /// that never left is marked. `false`: it has begun to leave, or is not there.
    pub(crate) async fn withdraw(&self, chat: &ChatId, id: &MessageId) -> Result<bool> {
        let chat = self.accounts.named(chat).await?;
        let mut is_done = self.store.withdraw(self.id, &chat, id).await?;
        let message = self.message(&chat, id).await?;
        if !is_done && message.is_some_and(|message| message.never_left()) {
            self.store.mark_deleted(self.id, &chat, id).await?;
            is_done = true;
        }
        if is_done {
            self.changed();
        }
        Ok(is_done)
    }

    /// A message is removed from the account's own devices: it is marked, and the one of the
    /// queue that asked for that is done with.
    pub(crate) async fn delete_for_me(&self, place: i64, target: &Message) -> Result<()> {
        self.store.mark_deleted(self.id, &target.chat, &target.id).await?;
        self.store.give_up(self.id, place, None, None).await?;
        self.changed();
        Ok(())
    }
}
