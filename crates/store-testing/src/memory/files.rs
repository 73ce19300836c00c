use async_trait::async_trait;
use siskin_model::{ChatId, FileState, FileToken, InstanceId, MessageId, StoredFile, UnixMillis};

use super::{Kept, MemoryStore};
use siskin_store::{Files, Result};

#[async_trait]
impl Files for MemoryStore {
    async fn add_file(&self, id: InstanceId, file: &StoredFile) -> Result<()> {
        self.room()?;
        self.with(id, |kept| kept.add_file(file.clone()));
        Ok(())
    }

    async fn file(&self, id: InstanceId, token: &FileToken) -> Result<Option<StoredFile>> {
        let find = |kept: &mut Kept| kept.files.iter().find(|file| file.token == *token).cloned();
        Ok(self.with(id, find).flatten())
    }

    async fn file_of(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<StoredFile>> {
        let brought = |file: &&StoredFile| {
            file.message.as_ref().is_some_and(|(of, by)| of == chat && by == message)
        };
        let find = |kept: &mut Kept| kept.files.iter().rev().find(brought).cloned();
        Ok(self.with(id, find).flatten())
    }

    async fn set_file_state(
        &self,
        id: InstanceId,
        token: &FileToken,
        state: FileState,
        expires: UnixMillis,
    ) -> Result<()> {
        self.room()?;
        self.with(id, |kept| {
            for file in kept.files.iter_mut().filter(|file| file.token == *token) {
                (file.state, file.expires) = (state, expires);
            }
        });
        Ok(())
    }

    async fn pending_files(&self, id: InstanceId, count: u32) -> Result<Vec<StoredFile>> {
        let pending = |kept: &mut Kept| {
            let pending = kept.files.iter().filter(|file| file.state == FileState::Pending);
            pending.take(count as usize).cloned().collect()
        };
        Ok(self.with(id, pending).unwrap_or_default())
    }

    async fn expired_files(
        &self,
        now: UnixMillis,
        count: u32,
    ) -> Result<Vec<(InstanceId, FileToken)>> {
        let tables = self.tables();
        let files = tables
            .instances
            .iter()
            .flat_map(|(id, kept)| kept.files.iter().map(move |file| (*id, file)));
        let mut expired: Vec<_> = files.filter(|(_, file)| file.expires <= now).collect();
        expired.sort_by_key(|(id, file)| (file.expires, *id));
        let expired = expired.into_iter().take(count as usize);
        Ok(expired.map(|(id, file)| (id, file.token.clone())).collect())
    }

    async fn remove_file(&self, id: InstanceId, token: &FileToken) -> Result<()> {
        self.room()?;
        self.with(id, |kept| kept.files.retain(|file| file.token != *token));
        Ok(())
    }
}

impl Kept {
    /// Adds a file, unless its token is taken.
    pub(super) fn add_file(&mut self, file: StoredFile) {
        if self.files.iter().all(|known| known.token != file.token) {
            self.files.push(file);
        }
    }
}
