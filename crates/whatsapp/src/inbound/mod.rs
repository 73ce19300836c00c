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
//! If a commit fails or takes too long, the frame is not written and the connection is
//! given up: WhatsApp sends again what was not acknowledged.

mod acknowledged;
mod addresses;
mod calls;
mod events;
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

use siskin_fleet::incoming::Inbox;
use siskin_model::{Account, Body, ChatId, InstanceId};
use tokio::sync::Semaphore;
use wacore::types::events::Event;
use whatsapp_rust::store::SqliteStore;

pub(crate) use events::interest;
pub(crate) use hook::Hook;

use crate::inbound::history::Histories;
use crate::inbound::queue::{Pushed, Queue};
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
    store: Arc<SqliteStore>,
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
    /// An intake of a session with that store of keys. `unpacking` bounds how many histories
    /// are unpacked at once in the whole process.
    pub(crate) fn new(
        instance: InstanceId,
        inbox: Arc<dyn Inbox>,
        store: Arc<SqliteStore>,
        unpacking: Arc<Semaphore>,
    ) -> Self {
        Self {
            instance,
            inbox,
            store,
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

    /// Another connection is made: what the last one lost comes again.
    pub(crate) fn connecting(&self) {
        self.queue.forget_loss();
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
            Pushed::Full => {
                tracing::error!(instance = %self.instance, "events are piling up; reconnecting");
            }
        }
    }

    /// Waits until everything that was taken before is committed.
    ///
    /// # Errors
    /// When that did not succeed: WhatsApp must not be told that it did.
    pub(crate) async fn settled(&self) -> anyhow::Result<()> {
        match tokio::time::timeout(COMMIT, self.queue.settled()).await {
            Ok(true) => Ok(()),
            Ok(false) => anyhow::bail!("something that was received could not be stored"),
            Err(_) => {
                tracing::error!(instance = %self.instance, "the store is not keeping up");
                anyhow::bail!("what was received is not stored yet")
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
            let committed = self.commit(&batch).await;
            self.queue.finish(batch.len(), committed);
        }
    }

    async fn commit(&self, batch: &[Arc<Event>]) -> bool {
        let _turn = self.turn.lock().await;
        let mut pause = PAUSE;
        for attempt in 1..=ATTEMPTS {
            match self.offer(batch).await {
                Ok(()) => return true,
                Err(error) => {
                    tracing::warn!(
                        instance = %self.instance,
                        %error,
                        attempt,
                        "what was received is not stored"
                    );
                }
            }
            if attempt < ATTEMPTS {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        }
        false
    }
}
