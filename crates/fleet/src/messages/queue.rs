//! The queue of messages to be sent, as callers see it.

use std::sync::atomic::Ordering;

use siskin_model::message::{Command, Outgoing};
use siskin_store::{Queued, StoreError};

use crate::error::MessageError;
use crate::instance::Instance;

/// How many messages of an instance may wait: at the shortest pause, what leaves in a day.
const LONGEST_QUEUE: u64 = 172_800;
/// How many waiting messages are in memory at once for somebody who reads the queue: their
/// requests can have 100 KB each.
const PAGE: u32 = 20;

impl Instance {
    /// Accepts messages to be sent, all or none: durable when this returns, and messages of the
    /// journal from then on. They leave in order, while the instance is linked; what still
    /// waits after 24 hours is dropped.
    ///
    /// # Errors
    /// When the queue is full or the store fails; nothing is accepted then.
    pub async fn accept(&self, mut outgoing: Vec<Outgoing>) -> Result<(), MessageError> {
        self.require_room(outgoing.len() as u64).await?;
        for message in &mut outgoing {
            message.chat = self.kept(&message.chat).await?;
            if let Command::Forward { from, .. } = &mut message.command {
                *from = self.kept(from).await?;
            }
        }
        let shown = self.waiting_rows(&outgoing).await?;
        self.journal.enqueue(outgoing, shown).await?;
        self.outbox.notify_one();
        Ok(())
    }

    /// Counts the queue only when as many messages have been accepted as it had room for when
    /// it was last counted: what has left since then only makes more.
    async fn require_room(&self, count: u64) -> Result<(), MessageError> {
        let take = |room: u64| room.checked_sub(count);
        if self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
            return Ok(());
        }
        let waiting = self.around.store.waiting_count(self.id()).await?;
        let room = LONGEST_QUEUE.checked_sub(waiting + count);
        let room = room.ok_or(MessageError::QueueFull(waiting))?;
        self.room.store(room, Ordering::Relaxed);
        Ok(())
    }

    /// A few messages of the queue behind a place, in order, with those that have begun to
    /// leave; none: there are no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn queue_page(&self, behind: i64) -> Result<Vec<Queued>, StoreError> {
        self.around.store.next_outgoing(self.id(), behind, PAGE).await
    }

    /// How many messages wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn queue_length(&self) -> Result<u64, StoreError> {
        self.around.store.waiting_count(self.id()).await
    }

    /// Drops the messages that wait; how many there were. What has begun to leave leaves.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clear_queue(&self) -> Result<u64, StoreError> {
        self.journal.clear_waiting().await
    }
}
