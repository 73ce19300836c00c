use async_trait::async_trait;
use siskin_model::{Address, ChatId};

use super::error::SendError;

/// Persons and their accounts.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// The account that a number or LID leads to, with both its addresses as far as they are
    /// known: another number than the one asked for where WhatsApp spells it otherwise. `None`:
    /// there is none. Asked once and remembered for a while.
    async fn account(&self, person: &ChatId) -> Result<Option<Address>, SendError>;
}
