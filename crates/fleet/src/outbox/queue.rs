//! The queue of messages to be sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use siskin_model::message::{Command, Outgoing};
use siskin_model::{InstanceId, Message};
use siskin_store::{Clock, Queued, Store, StoreError};
use tokio::sync::Notify;

use super::recent::{Listening, Recent};
use super::rows::waiting_rows;
use crate::error::MessageError;
use crate::journal::Journal;
use crate::people::People;

/// How many messages of an instance may wait: at the shortest pause, what leaves in a day.
const LONGEST: u64 = 172_800;
/// How many waiting messages are in memory at once for somebody who reads the queue: their
/// requests can have 100 KB each.
const PAGE: u32 = 20;

/// The queue of messages to be sent of one instance.
pub(crate) struct Queue {
    id: InstanceId,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    people: Arc<People>,
    journal: Arc<Journal>,
    /// How many messages it has room for, at the least; what is being accepted aside.
    room: AtomicU64,
    /// Rings when it has grown.
    grown: Notify,
    /// What was accepted while somebody sends.
    recent: Recent,
}

impl Queue {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        clock: &Arc<dyn Clock>,
        people: &Arc<People>,
        journal: &Arc<Journal>,
    ) -> Self {
        let (room, grown, recent) = (AtomicU64::new(0), Notify::new(), Recent::default());
        Self {
            id,
            store: store.clone(),
            clock: clock.clone(),
            people: people.clone(),
            journal: journal.clone(),
            room,
            grown,
            recent,
        }
    }

    /// Accepts messages to be sent, all or none: durable when this returns, and messages of the
    /// journal from then on.
    pub(crate) async fn accept(&self, mut outgoing: Vec<Outgoing>) -> Result<(), MessageError> {
        self.require_room(outgoing.len() as u64).await?;
        for message in &mut outgoing {
            message.chat = self.people.kept(&message.chat).await?;
            if let Command::Forward { from, .. } = &mut message.command {
                *from = self.people.kept(from).await?;
            }
        }
        let rows = waiting_rows(&self.people, &self.journal, &outgoing).await?;
        self.recent.add(self.journal.enqueue(outgoing, rows).await?);
        self.grown.notify_one();
        Ok(())
    }

    /// Counts the queue only when as many messages have been accepted as it had room for when
    /// it was last counted: what has left since then only makes more.
    async fn require_room(&self, count: u64) -> Result<(), MessageError> {
        let take = |room: u64| room.checked_sub(count);
        if self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
            return Ok(());
        }
        let waiting = self.length().await?;
        let room = LONGEST.checked_sub(waiting + count);
        let room = room.ok_or(MessageError::QueueFull(waiting))?;
        self.room.store(room, Ordering::Relaxed);
        Ok(())
    }

    /// Returns when the queue has grown. Only one of those who wait for that is woken.
    pub(crate) async fn grown(&self) {
        self.grown.notified().await;
    }

    /// What is accepted from now on, until the other end is dropped.
    pub(super) fn recent(&self) -> Listening<'_> {
        self.recent.listen()
    }

    /// Messages behind a place, in order, with those that have begun to leave.
    pub(super) async fn behind(&self, place: i64, count: u32) -> Result<Vec<Queued>, StoreError> {
        self.store.next_outgoing(self.id, place, count).await
    }

    /// A few messages behind a place; none: there are no more.
    pub(crate) async fn page(&self, behind: i64) -> Result<Vec<Queued>, StoreError> {
        self.behind(behind, PAGE).await
    }

    /// A message that was to be removed from the account's own devices is: the one that asked
    /// for that is done with.
    pub(super) async fn deleted_for_me(
        &self,
        place: i64,
        target: &Message,
    ) -> Result<(), StoreError> {
        self.journal.delete_for_me(place, target).await
    }

    /// Drops the messages that wait; how many there were. What has begun to leave leaves.
    pub(crate) async fn clear(&self) -> Result<u64, StoreError> {
        self.journal.clear_waiting().await
    }

    /// How many messages wait.
    pub(crate) async fn length(&self) -> Result<u64, StoreError> {
        self.store.waiting_count(self.id).await
    }

    /// Whether a message has waited too long: the sweep removes it, and it must not leave in the
    /// meantime.
    pub(super) fn is_over(&self, outgoing: &Outgoing) -> bool {
        outgoing.accepted.plus(Outgoing::LIFETIME) <= self.clock.now()
    }
}
