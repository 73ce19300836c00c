//! What a session receives, on its way to the fleet's inbox: one call after the other, in
//! the order of events.
//!
//! **WhatsApp is told only what is committed.** Messages are held back by the engine itself
//! (`hook`). The rest, receipts, calls and names, is acknowledged by the engine as soon as
//! its event handler returns, and that handler cannot wait. So the handler puts the event
//! into a [`queue`] and the transport, before it writes any frame, waits until everything
//! that stood in the queue at that moment is committed ([`Intake::settled`]). An
//! acknowledgement is a frame, so it cannot overtake what it acknowledges. What comes in
//! does not wait for that, and the inbox never calls the session: nothing can wait in a
//! circle.
//!
//! If a commit fails or takes too long, no frame is written any more and the session is
//! given up ([`Fence`](crate::keystore::Fence)): WhatsApp sends again what was not
//! acknowledged, to a session that has not seen it.

mod acknowledged;
mod addresses;
mod calls;
mod events;
mod groups;
mod history;
mod hook;
mod names;
mod queue;
mod receipts;
mod received;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod undecryptable;
mod votes;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use siskin_fleet::port::Inbox;
use siskin_model::{Account, Body, ChatId, InstanceId};
use tokio::sync::Semaphore;
use wacore::types::events::Event;

pub(crate) use events::interest;
pub(crate) use hook::Hook;

use crate::inbound::history::Histories;
use crate::inbound::queue::{Pushed, Queue};
use crate::keystore::Keys;
use crate::remembered::Remembered;

/// How long a frame waits for what came before it to be committed.
const COMMIT: Duration = Duration::from_secs(15);
/// How often events are offered to the inbox before they are given up.
const ATTEMPTS: u32 = 4;
/// The pause after the first failure; it doubles with each.
const PAUSE: Duration = Duration::from_millis(200);

/// Who the own account is, if that is known already.
type AccountSource = Box<dyn Fn() -> Option<Account> + Send + Sync>;

/// Takes what one session receives to the inbox.
pub(crate) struct Intake {
    instance: InstanceId,
    inbox: Arc<dyn Inbox>,
    keys: Arc<Keys>,
    account: OnceLock<AccountSource>,
    /// Held while the inbox is called: one call after the other.
    turn: tokio::sync::Mutex<()>,
    queue: Queue<Arc<Event>>,
    histories: Histories,
    pairs: Remembered<ChatId>,
}

/// The own account, by both its addresses.
pub(crate) struct Own {
    pub(crate) phone: ChatId,
    pub(crate) lid: Option<ChatId>,
}

impl Own {
    fn of(account: &Account) -> Self {
        let lid = account.lid.as_ref().and_then(|lid| ChatId::parse(&format!("{lid}@lid")));
        Self { phone: account.wid(), lid }
    }

    /// Names the account by its number wherever a message names it by its LID.
    pub(crate) fn by_number(&self, body: &mut Body) {
        body.map_addresses(&|address| {
            if self.is(address) { self.phone.clone() } else { address.clone() }
        });
    }

    /// Whether an address is one of it.
    pub(crate) fn is(&self, person: &ChatId) -> bool {
        *person == self.phone || self.lid.as_ref() == Some(person)
    }
}

impl Intake {
    /// An intake of a session with those keys. `unpacking` bounds how many histories are
    /// unpacked at once in the whole process.
    pub(crate) fn new(keys: Arc<Keys>, inbox: Arc<dyn Inbox>, unpacking: Arc<Semaphore>) -> Self {
        Self {
            instance: keys.instance,
            inbox,
            keys,
            account: OnceLock::new(),
            turn: tokio::sync::Mutex::default(),
            queue: Queue::default(),
            histories: Histories::new(unpacking),
            pairs: addresses::pairs(),
        }
    }

    /// Says where the account is to be asked for, which is known only when the client is
    /// there. It must not wait for anything.
    pub(crate) fn attach(&self, account: impl Fn() -> Option<Account> + Send + Sync + 'static) {
        let _ = self.account.set(Box::new(account));
    }

    /// The own account.
    pub(crate) fn own(&self) -> Option<Own> {
        self.account.get()?().as_ref().map(Own::of)
    }

    /// Takes an event. Called by the engine in the order of events; does not wait.
    pub(crate) fn take(self: &Arc<Self>, event: &Arc<Event>) {
        if let Event::HistorySync(history) = &**event {
            return self.take_history(history);
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
        let _turn = self.turn.lock().await;
        let (mut attempt, mut pause) = (1, PAUSE);
        loop {
            match self.offer(batch).await {
                Err(error) if attempt < ATTEMPTS && !self.keys.fence.is_closed() => {
                    tracing::debug!(instance = %self.instance, %error, attempt, "not stored");
                }
                outcome => return outcome,
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
            pause *= 2;
        }
    }
}
