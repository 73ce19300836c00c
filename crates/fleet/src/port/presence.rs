use async_trait::async_trait;
use siskin_model::ChatId;
use siskin_model::message::TypingKind;

use super::error::SendError;

/// What others see of the account's doings.
#[async_trait]
pub trait Presence: Send + Sync {
    /// Says that the account is there, or is not, as `keepOnlineStatus` has it.
    async fn set_presence(&self, available: bool) -> Result<(), SendError>;

    /// Shows the other side that something is being written; `None`: not any more.
    async fn show_typing(&self, chat: &ChatId, kind: Option<TypingKind>) -> Result<(), SendError>;
}
