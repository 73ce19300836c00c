use async_trait::async_trait;
use siskin_model::{ChatId, InstanceId, Timer};

use crate::Result;

/// After what time messages disappear, one timer a chat.
#[async_trait]
pub trait Timers: Send + Sync {
    /// Keeps the timer of a chat, unless the one that is kept was set later. Unknown
    /// instances are ignored.
    async fn set_timer(&self, id: InstanceId, chat: &ChatId, timer: Timer) -> Result<()>;

    /// The timer of a chat. `None`: nobody has told of one.
    async fn timer(&self, id: InstanceId, chat: &ChatId) -> Result<Option<Timer>>;
}
