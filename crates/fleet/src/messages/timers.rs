//! After what time the messages of a chat disappear: what the two people in it, or the
//! administrators of a group, have agreed on. Every message carries it.

use siskin_model::{ChatId, Timer};
use siskin_store::Result;

use crate::instance::Instance;

impl Instance {
    /// The timer of a chat. `None`: nobody has told of one.
    pub(super) async fn timer(&self, chat: &ChatId) -> Result<Option<Timer>> {
        self.around.store.timer(self.id(), chat).await
    }

    /// Learns the timer of a chat, unless one that was set later is known.
    pub(super) async fn learn_timer(&self, chat: &ChatId, timer: Timer) -> Result<()> {
        let known = self.timer(chat).await?;
        if known.is_some_and(|known| known == timer || known.since > timer.since) {
            return Ok(());
        }
        self.around.store.set_timer(self.id(), chat, timer).await
    }
}
