//! Messages on their way to WhatsApp's server: written to the socket and not acknowledged.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use parking_lot::Mutex;
use siskin_model::{ChatId, MessageId, UnixMillis};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::port::Refused;

/// How many messages of an instance may be on their way at once. The bound matters only
/// without a pause between sends.
const MOST: usize = 64;
/// How long WhatsApp may take to acknowledge a message before it is sent again.
const ACKNOWLEDGE: Duration = Duration::from_secs(30);
/// How often a message is sent before it counts as failed.
pub(super) const ATTEMPTS: u32 = 3;

/// How many messages that are not on their way any more are remembered: receipts of them follow
/// soon.
const REMEMBERED: usize = 128;

/// The messages of an instance that are on their way.
#[derive(Default)]
pub(super) struct InFlight {
    table: Mutex<HashMap<MessageId, Flight>>,
    /// Those that were lately.
    past: Mutex<VecDeque<MessageId>>,
    /// Rings when a message is not on its way any more.
    ended: Notify,
}

/// One message on its way.
#[derive(Debug, Clone)]
pub(super) struct Flight {
    pub(super) chat: ChatId,
    /// Its place in the queue.
    pub(super) place: i64,
    /// WhatsApp's own form of it.
    pub(super) raw: Vec<u8>,
    pub(super) attempts: u32,
    pub(super) deadline: Instant,
    /// Whether the session has written it: until then it may still find that nobody can read
    /// it, though WhatsApp has taken it.
    is_written: bool,
    /// WhatsApp's word that came in the meantime.
    acknowledgement: Option<Acknowledgement>,
}

/// What WhatsApp's server says of a message.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledgement {
    pub(crate) at: UnixMillis,
    pub(crate) refused: Option<Refused>,
}

impl InFlight {
    /// Notes a message that is about to be written to the socket.
    pub(super) fn begin(&self, id: &MessageId, chat: &ChatId, place: i64, raw: Vec<u8>) {
        let deadline = Instant::now() + ACKNOWLEDGE;
        let flight = Flight {
            chat: chat.clone(),
            place,
            raw,
            attempts: 1,
            deadline,
            is_written: false,
            acknowledgement: None,
        };
        self.table.lock().insert(id.clone(), flight);
    }

    /// Notes that a message is written. What WhatsApp has said of it since is given back.
    pub(super) fn written(&self, id: &MessageId) -> Option<(Flight, Acknowledgement)> {
        let mut table = self.table.lock();
        let flight = table.get_mut(id)?;
        flight.is_written = true;
        let acknowledgement = flight.acknowledgement.take()?;
        Some((flight.clone(), acknowledgement))
    }

    /// WhatsApp has taken or refused a message: it ends once it is written, and that is
    /// recorded. `None`: it is not written, or is no message of ours.
    pub(super) fn acknowledge(
        &self,
        id: &MessageId,
        acknowledgement: Acknowledgement,
    ) -> Option<(Flight, Acknowledgement)> {
        let mut table = self.table.lock();
        let flight = table.get_mut(id)?;
        if !flight.is_written {
            flight.acknowledgement = Some(acknowledgement);
            return None;
        }
        Some((flight.clone(), acknowledgement))
    }

    /// A message that is on its way.
    pub(super) fn flight(&self, id: &MessageId) -> Option<Flight> {
        self.table.lock().get(id).cloned()
    }

    /// Takes a message off: acknowledged, refused or given up.
    pub(super) fn end(&self, id: &MessageId) -> Option<Flight> {
        let flight = self.table.lock().remove(id)?;
        let mut past = self.past.lock();
        if past.len() == REMEMBERED {
            past.pop_front();
        }
        past.push_back(id.clone());
        drop(past);
        self.ended.notify_one();
        Some(flight)
    }

    /// Whether a message was on its way lately, so that it is one of the gateway's.
    pub(super) fn has_ended(&self, id: &MessageId) -> bool {
        // The newest first: most receipts come at once.
        self.past.lock().iter().rev().any(|past| past == id)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.table.lock().is_empty()
    }

    /// Whether no more may leave for now.
    pub(super) fn is_full(&self) -> bool {
        self.table.lock().len() >= MOST
    }

    /// Returns when a message is not on its way any more. One waits for that.
    pub(super) async fn one_ended(&self) {
        self.ended.notified().await;
    }

    /// When the next message has waited long enough for its acknowledgement.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.table.lock().values().map(|flight| flight.deadline).min()
    }

    /// The messages whose time is over, oldest first: each counts as sent once more.
    pub(super) fn overdue(&self, now: Instant) -> Vec<(MessageId, Flight)> {
        let mut table = self.table.lock();
        let mut overdue = Vec::new();
        for (id, flight) in table.iter_mut().filter(|(_, flight)| flight.deadline <= now) {
            overdue.push((id.clone(), flight.clone()));
            flight.attempts += 1;
            flight.deadline = now + ACKNOWLEDGE;
        }
        overdue.sort_by_key(|(_, flight)| flight.place);
        overdue
    }

    /// Forgets everything: the socket is gone, and what was on its way is sent again through
    /// the next one.
    pub(super) fn clear(&self) {
        let mut table = self.table.lock();
        table.clear();
        table.shrink_to_fit();
        *self.past.lock() = VecDeque::new();
    }
}
