//! After what time the messages of a chat disappear: what the two people in it, or the
//! administrators of a group, have agreed on. Every message carries it.

use std::sync::Arc;

use siskin_model::{ChatId, InstanceId, Timer};
use siskin_store::{Result, Store};

/// The timers of an instance's chats.
pub(crate) struct Timers {
    id: InstanceId,
    store: Arc<dyn Store>,
}

impl Timers {
    pub(crate) fn new(id: InstanceId, store: &Arc<dyn Store>) -> Self {
        Self { id, store: store.clone() }
    }

    /// The timer of a chat. `None`: nobody has told of one.
    pub(crate) async fn of(&self, chat: &ChatId) -> Result<Option<Timer>> {
        self.store.timer(self.id, chat).await
    }

    /// Learns the timer of a chat, unless one that was set later is known.
    pub(crate) async fn learn(&self, chat: &ChatId, timer: Timer) -> Result<()> {
        let known = self.of(chat).await?;
        if known.is_some_and(|known| known == timer || known.since > timer.since) {
            return Ok(());
        }
        self.store.set_timer(self.id, chat, timer).await
    }
}
