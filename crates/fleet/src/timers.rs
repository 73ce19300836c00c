//! After what time the messages of a chat disappear: what the two people in it, or the
//! administrators of a group, have agreed on. Every message carries it.

use std::sync::Arc;

use hashlink::LruCache;
use siskin_model::{ChatId, InstanceId, Timer};
use siskin_store::{Result, Store};
use tokio::sync::{Mutex, MutexGuard};

use crate::people::People;

/// How many chats' timers an instance remembers.
const REMEMBERED: usize = 1000;

/// The timers of an instance's chats: kept in the store, remembered here.
pub(crate) struct Timers {
    id: InstanceId,
    store: Arc<dyn Store>,
    people: Arc<People>,
    remembered: Mutex<Remembered>,
}

/// What was read lately, while nothing was learnt of people.
struct Remembered {
    learnt: u64,
    timers: LruCache<ChatId, Option<Timer>>,
}

impl Remembered {
    fn since(learnt: u64) -> Self {
        Self { learnt, timers: LruCache::new(REMEMBERED) }
    }
}

impl Timers {
    pub(crate) fn new(id: InstanceId, store: &Arc<dyn Store>, people: &Arc<People>) -> Self {
        let remembered = Mutex::new(Remembered::since(0));
        Self { id, store: store.clone(), people: people.clone(), remembered }
    }

    /// What is remembered. Held while the store reads or writes, so that it never falls behind.
    async fn remembered(&self) -> MutexGuard<'_, Remembered> {
        let mut remembered = self.remembered.lock().await;
        // Learning the number behind a LID moves the timer of a chat, in the store.
        let learnt = self.people.learnt();
        if remembered.learnt != learnt {
            *remembered = Remembered::since(learnt);
        }
        remembered
    }

    /// The timer of a chat. `None`: nobody has told of one.
    pub(crate) async fn of(&self, chat: &ChatId) -> Result<Option<Timer>> {
        let mut remembered = self.remembered().await;
        self.read(&mut remembered, chat).await
    }

    async fn read(&self, remembered: &mut Remembered, chat: &ChatId) -> Result<Option<Timer>> {
        if let Some(known) = remembered.timers.get(chat) {
            return Ok(*known);
        }
        let timer = self.store.timer(self.id, chat).await?;
        remembered.timers.insert(chat.clone(), timer);
        Ok(timer)
    }

    /// Learns the timer of a chat, unless one that was set later is known.
    pub(crate) async fn learn(&self, chat: &ChatId, timer: Timer) -> Result<()> {
        let mut remembered = self.remembered().await;
        let known = self.read(&mut remembered, chat).await?;
        if known.is_some_and(|known| known == timer || known.since > timer.since) {
            return Ok(());
        }
        remembered.timers.remove(chat);
        self.store.set_timer(self.id, chat, timer).await
    }
}
