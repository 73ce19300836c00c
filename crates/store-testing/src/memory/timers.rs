use async_trait::async_trait;
use siskin_model::{ChatId, InstanceId, Timer};

use super::{Kept, MemoryStore};
use siskin_store::{Result, Timers};

#[async_trait]
impl Timers for MemoryStore {
    async fn set_timer(&self, id: InstanceId, chat: &ChatId, timer: Timer) -> Result<()> {
        self.room()?;
        self.with(id, |kept| kept.set_timer(chat, timer));
        Ok(())
    }

    async fn timer(&self, id: InstanceId, chat: &ChatId) -> Result<Option<Timer>> {
        Ok(self.with(id, |kept| kept.timers.get(chat).copied()).flatten())
    }
}

impl Kept {
    pub(super) fn set_timer(&mut self, chat: &ChatId, timer: Timer) {
        let kept = self.timers.entry(chat.clone()).or_insert(timer);
        if kept.since <= timer.since {
            *kept = timer;
        }
    }
}
