//! What a session receives, on its way to the fleet's inbox: one call after the other, in
//! the order of events.
//!
//! **WhatsApp is told only what is committed.** Messages are held back by the engine itself
//! (`hook`). The rest, receipts, calls and names, is acknowledged by the engine as soon as
//! its event handler returns, and that handler cannot wait. So the handler puts the event
//! into a [`queue`] and the transport, before it writes any frame, waits until everything
//! that stood in the queue at that moment is committed ([`Inbound::settled`]). An
//! acknowledgement is a frame, so it cannot overtake what it acknowledges. What comes in
//! does not wait for that, and the inbox never calls the session: nothing can wait in a
//! circle.
//!
//! If a commit fails or takes too long, no frame is written any more and the session is
//! given up (the fence of its [`Keys`] closes): WhatsApp sends again what was not
//! acknowledged, to a session that has not seen it.

mod acknowledged;
mod calls;
mod events;
mod groups;
mod history;
mod history_sync;
mod hook;
mod names;
mod place;
mod queue;
mod receipts;
mod received;
mod serial_inbox;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod undecryptable;
mod votes;

use std::sync::Arc;
use std::time::Duration;

use siskin_fleet::port::Inbox;
use tokio::sync::Semaphore;
use wacore::types::events::{Event, InboundMessage};

pub(crate) use events::interest;
pub(crate) use hook::Hook;

use self::history_sync::HistorySync;
use self::queue::{Pushed, Queue};
use self::serial_inbox::SerialInbox;
use crate::addresses::Addresses;
use crate::keystore::Keys;

/// How long a frame waits for what came before it to be committed.
const COMMIT: Duration = Duration::from_secs(15);
/// How often events are offered to the inbox before they are given up.
const ATTEMPTS: u32 = 4;
/// The pause after the first failure; it doubles with each.
const PAUSE: Duration = Duration::from_millis(200);

/// Takes what one session receives to the inbox.
pub(crate) struct Inbound {
    keys: Arc<Keys>,
    addresses: Arc<Addresses>,
    inbox: Arc<SerialInbox>,
    queue: Queue<Arc<Event>>,
    history: Arc<HistorySync>,
}

impl Inbound {
    /// What a session with those keys receives goes to `inbox`. `unpacking` bounds how many
    /// histories are unpacked at once in the whole process.
    pub(crate) fn new(
        keys: Arc<Keys>,
        addresses: Arc<Addresses>,
        inbox: Arc<dyn Inbox>,
        unpacking: Arc<Semaphore>,
    ) -> Self {
        let inbox = Arc::new(SerialInbox::new(inbox));
        let history = HistorySync::new(addresses.clone(), inbox.clone(), unpacking);
        Self { keys, addresses, inbox, queue: Queue::default(), history: Arc::new(history) }
    }

    /// Takes an event. Called by the engine in the order of events; does not wait.
    pub(crate) fn take(self: &Arc<Self>, event: &Arc<Event>) {
        if let Event::HistorySync(history) = &**event {
            return self.history.take(history);
        }
        let Some(is_gated) = events::concerns_us(event) else { return };
        match self.queue.push(event.clone(), is_gated) {
            Pushed::Waiting => {}
            Pushed::First => {
                tokio::spawn(self.clone().drain());
            }
            Pushed::Full => self.keys.fence.close("it has been too slow for what comes in"),
            // The session is over; what it is told now comes again.
            Pushed::Lost => {}
        }
    }

    /// Takes decrypted messages, in the order of events. WhatsApp is told of them when this
    /// returns.
    ///
    /// # Errors
    /// When they could not be committed: WhatsApp must not be told that they were.
    pub(crate) async fn take_messages(&self, batch: &[InboundMessage]) -> anyhow::Result<()> {
        // The engine keeps what was not acknowledged until WhatsApp sends it again, which it
        // does on another connection.
        self.commit_messages(batch).await.inspect_err(|error| self.keys.fence.close(error))
    }

    /// Offers messages when everything that came before them is committed.
    async fn commit_messages(&self, batch: &[InboundMessage]) -> anyhow::Result<()> {
        self.settled().await?;
        let inbox = self.inbox.turn().await;
        received::offer(batch, &**inbox, &self.addresses).await
    }

    /// Waits until everything that was taken before is committed.
    ///
    /// # Errors
    /// When that did not succeed: WhatsApp must not be told that it did.
    pub(crate) async fn settled(&self) -> anyhow::Result<()> {
        match tokio::time::timeout(COMMIT, self.queue.settled()).await {
            Ok(true) => self.keys.fence.check(),
            Ok(false) => anyhow::bail!("something that was received could not be stored"),
            Err(_) => {
                let why = "what was received was not stored in time";
                self.keys.fence.close(why);
                anyhow::bail!(why)
            }
        }
    }

    /// Waits while the queue is so long that more must not be read from the socket.
    pub(crate) async fn ready_for_more(&self) {
        self.queue.shorter().await;
    }

    async fn drain(self: Arc<Self>) {
        loop {
            let batch = self.queue.next();
            if batch.is_empty() {
                return;
            }
            match self.commit(&batch).await {
                Ok(()) => self.queue.finish(batch.len()),
                Err(error) => {
                    self.queue.lose();
                    self.keys.fence.close(&error);
                }
            }
        }
    }

    async fn commit(&self, batch: &[Arc<Event>]) -> anyhow::Result<()> {
        let inbox = self.inbox.turn().await;
        let (mut attempt, mut pause) = (1, PAUSE);
        loop {
            match events::offer(batch, &**inbox, &self.addresses).await {
                Err(error) if attempt < ATTEMPTS && !self.keys.fence.is_closed() => {
                    tracing::debug!(instance = %self.keys.instance, %error, attempt, "not stored");
                }
                outcome => return outcome,
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
            pause *= 2;
        }
    }
}
