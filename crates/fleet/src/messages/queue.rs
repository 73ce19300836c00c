//! The queue of messages to be sent, as callers see it.

use siskin_model::message::Outgoing;
use siskin_store::StoreError;

use crate::error::MessageError;
use crate::instance::Instance;

/// How many messages of an instance may wait: at the shortest pause, what leaves in a day.
const LONGEST_QUEUE: u64 = 172_800;
/// How many waiting messages are shown: their requests can have 100 KB each.
const SHOWN: u32 = 1000;

impl Instance {
    /// Accepts messages to be sent, all or none: durable when this returns. They leave in
    /// order, while the instance is linked; what still waits after 24 hours is dropped.
    ///
    /// # Errors
    /// When the queue is full or the store fails; nothing is accepted then.
    pub async fn accept(&self, outgoing: Vec<Outgoing>) -> Result<(), MessageError> {
        let waiting = self.around.store.waiting_count(self.id()).await?;
        if waiting >= LONGEST_QUEUE {
            return Err(MessageError::QueueFull(waiting));
        }
        self.around.store.enqueue(self.id(), outgoing).await?;
        self.outbox.notify_one();
        Ok(())
    }

    /// The messages that wait, in order, as far as they are shown.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn queue(&self) -> Result<Vec<Outgoing>, StoreError> {
        self.around.store.waiting(self.id(), SHOWN).await
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
        self.around.store.clear_waiting(self.id()).await
    }
}
