use async_trait::async_trait;
use siskin_model::{ChatId, FileState, FileToken, InstanceId, MessageId, StoredFile, UnixMillis};

use crate::Result;

/// What is known of stored files; the bytes are elsewhere.
#[async_trait]
pub trait Files: Send + Sync {
    /// Adds a file, unless its token is taken. Unknown instances are ignored.
    async fn add_file(&self, id: InstanceId, file: &StoredFile) -> Result<()>;

    /// The file with that token.
    async fn file(&self, id: InstanceId, token: &FileToken) -> Result<Option<StoredFile>>;

    /// The file that a message brought; of several, the one that was added last.
    async fn file_of(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<StoredFile>>;

    /// Records whether a file is there, and until when it is kept.
    async fn set_file_state(
        &self,
        id: InstanceId,
        token: &FileToken,
        state: FileState,
        expires: UnixMillis,
    ) -> Result<()>;

    /// The files that still have to be fetched, oldest first, at most `count`.
    async fn pending_files(&self, id: InstanceId, count: u32) -> Result<Vec<StoredFile>>;

    /// Files of all instances whose time is over, the longest first, at most `count`.
    async fn expired_files(
        &self,
        now: UnixMillis,
        count: u32,
    ) -> Result<Vec<(InstanceId, FileToken)>>;

    /// Forgets a file.
    async fn remove_file(&self, id: InstanceId, token: &FileToken) -> Result<()>;
}
