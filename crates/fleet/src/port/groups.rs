use async_trait::async_trait;
use siskin_model::ChatId;

use super::error::SendError;

/// The groups that the account is in.
#[async_trait]
pub trait Groups: Send + Sync {
    /// What WhatsApp's server knows of a group; remembered for a while.
    async fn group(&self, group: &ChatId) -> Result<GroupMetadata, SendError>;

    /// The same of all groups that the account is in, as it is now.
    async fn groups(&self) -> Result<Vec<GroupMetadata>, SendError>;
}

/// What WhatsApp's server knows of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMetadata {
    /// The group.
    pub id: ChatId,
    /// Its subject.
    pub subject: String,
    /// Seconds after which its messages disappear; 0: never.
    pub expiration: u32,
}
