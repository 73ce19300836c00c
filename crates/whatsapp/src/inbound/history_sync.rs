//! The history that the phone sends when it is linked: some ten to fifty packed pieces. Each
//! is unpacked chat by chat and handed on in small parts, one piece at a time, beside what is
//! received meanwhile.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use siskin_fleet::port::History;
use tokio::sync::{Mutex, Semaphore, mpsc};
use wacore::types::events::LazyHistorySync;
use waproto::whatsapp::history_sync::HistorySyncType;

use super::history::unpack;
use super::serial_inbox::SerialInbox;
use crate::addresses::Addresses;

/// How many parts may wait for the inbox, unpacked.
const PARTS_WAITING: usize = 1;
/// How many pieces of one session may wait, packed.
const PIECES_WAITING: usize = 64;

/// The pauses after a part could not be stored: the first and the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The pieces of one session that are on their way.
pub(super) struct HistorySync {
    addresses: Arc<Addresses>,
    inbox: Arc<SerialInbox>,
    /// Bounds how many pieces are unpacked at once in the whole process.
    unpacking: Arc<Semaphore>,
    /// One piece after the other.
    turn: Mutex<()>,
    waiting: AtomicUsize,
}

impl HistorySync {
    pub(super) fn new(
        addresses: Arc<Addresses>,
        inbox: Arc<SerialInbox>,
        unpacking: Arc<Semaphore>,
    ) -> Self {
        Self { addresses, inbox, unpacking, turn: Mutex::default(), waiting: AtomicUsize::new(0) }
    }

    /// Takes a piece of the history; does not wait.
    pub(super) fn take(self: &Arc<Self>, history: &LazyHistorySync) {
        let wanted = [
            HistorySyncType::InitialBootstrap,
            HistorySyncType::Full,
            HistorySyncType::Recent,
            HistorySyncType::PushName,
        ];
        if !wanted.iter().any(|kind| *kind as i32 == history.sync_type()) {
            return;
        }
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= PIECES_WAITING {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            let instance = self.addresses.instance();
            tracing::warn!(%instance, "a piece of the history is left out");
            return;
        }
        let sync = self.clone();
        let history = history.clone();
        tokio::spawn(async move {
            sync.pass_on(history).await;
            sync.waiting.fetch_sub(1, Ordering::SeqCst);
        });
    }

    async fn pass_on(&self, history: LazyHistorySync) {
        let _one_at_a_time = self.turn.lock().await;
        let Ok(_permit) = self.unpacking.acquire().await else { return };
        let Some(own) = self.addresses.own() else { return };
        let (parts, mut unpacked) = mpsc::channel(PARTS_WAITING);
        let work = tokio::task::spawn_blocking(move || unpack(&history, own, &parts));
        while let Some(mut part) = unpacked.recv().await {
            self.complete_addresses(&mut part).await;
            self.keep(part).await;
        }
        let instance = self.addresses.instance();
        match work.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%instance, %error, "history breaks off"),
            Err(error) => tracing::error!(%instance, %error, "unpacking stopped"),
        }
    }

    /// Hands a part on. The phone sends it only once, so that a disk that is full is waited
    /// for, whatever becomes of the session in the meantime.
    async fn keep(&self, part: History) {
        let mut pause = PAUSE;
        loop {
            let kept = self.inbox.turn().await.history(part.clone()).await;
            let Err(error) = kept else { return };
            let instance = self.addresses.instance();
            tracing::debug!(%instance, %error, "history is not stored yet");
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Adds to addresses what the engine knows about them.
    async fn complete_addresses(&self, part: &mut History) {
        let mut known = HashMap::new();
        let names = part.names.iter_mut().map(|(address, _)| address);
        let messages =
            part.messages.iter_mut().flat_map(|message| [&mut message.chat, &mut message.sender]);
        let timers = part.timers.iter_mut().map(|(chat, _)| chat);
        for address in names.chain(messages).chain(timers).filter(|address| address.other.is_none())
        {
            let other = match known.get(&address.id) {
                Some(other) => Option::clone(other),
                None => {
                    let other = self.addresses.counterpart(&address.id).await;
                    known.insert(address.id.clone(), other.clone());
                    other
                }
            };
            address.other = other;
        }
    }
}
