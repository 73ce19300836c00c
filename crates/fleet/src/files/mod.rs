//! Stored files: those that messages bring, and those that are to be sent.

mod budget;
mod fetcher;
mod room;
mod shared;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use siskin_green_api::View;
use siskin_media::MediaError;
use siskin_model::{
    ChatId, FileName, FileState, FileToken, InstanceId, Message, MessageId, MimeType, StoredFile,
    UnixMillis,
};
use siskin_store::{Clock, Store, StoreError};
use tokio::sync::watch;

pub(crate) use self::budget::Spending;
pub use self::budget::{Budget, FileLimits};
pub(crate) use self::fetcher::Fetcher;
pub(crate) use self::shared::SharedFiles;
use crate::error::MessageError;
use crate::ids::new_file_token;
use crate::journal::Journal;
use crate::online::Online;

/// How long a reader waits for a file that is still being fetched.
const FETCHED: Duration = Duration::from_secs(60);

/// A file that is on disk.
#[derive(Debug, Clone)]
pub struct KeptFile {
    /// What is known of it.
    pub file: StoredFile,
    /// Where its bytes are.
    pub path: PathBuf,
    /// Where it can be downloaded.
    pub url: String,
}

/// The files of one instance.
pub(crate) struct Files {
    id: InstanceId,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    journal: Arc<Journal>,
    online: Arc<Online>,
    shared: Arc<SharedFiles>,
    spending: Arc<Spending>,
    /// Moves when files have to be fetched or have come.
    changes: watch::Sender<u64>,
}

impl Files {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        clock: &Arc<dyn Clock>,
        journal: &Arc<Journal>,
        online: &Arc<Online>,
        shared: &Arc<SharedFiles>,
        spending: &Arc<Spending>,
    ) -> Self {
        let changes = watch::Sender::new(0);
        Self {
            id,
            store: store.clone(),
            clock: clock.clone(),
            journal: journal.clone(),
            online: online.clone(),
            shared: shared.clone(),
            spending: spending.clone(),
            changes,
        }
    }

    /// A counter that moves when files have to be fetched or have come.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Wakes those who fetch files, and those who wait for one.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Where the bytes of a file are, or will be.
    pub(crate) fn path(&self, token: &FileToken) -> PathBuf {
        self.shared.media().path(self.id, token)
    }

    fn expiry(&self) -> UnixMillis {
        self.clock.now().plus(StoredFile::LIFETIME)
    }

    /// Takes over a file whose bytes have been put into the media folder under `token`.
    pub(crate) async fn keep(
        &self,
        token: FileToken,
        name: FileName,
        mime_type: MimeType,
    ) -> Result<KeptFile, StoreError> {
        let file = StoredFile {
            token,
            name,
            mime_type,
            state: FileState::Stored,
            message: None,
            expires: self.expiry(),
        };
        self.store.add_file(self.id, &file).await?;
        Ok(self.kept_file(file))
    }

    fn kept_file(&self, file: StoredFile) -> KeptFile {
        let path = self.path(&file.token);
        let address = |kept: &ChatId| kept.clone();
        let view = View { base_url: self.shared.base_url(), instance: self.id, address: &address };
        let url = view.file_url(&file.token, &file.name);
        KeptFile { file, path, url }
    }

    /// The file with that token; waits for one that is still being fetched, bounded. One that
    /// was held back is fetched now, if there is a new budget.
    pub(crate) async fn open(&self, token: &FileToken) -> Result<KeptFile, MessageError> {
        let mut changes = self.changes.subscribe();
        let came = async {
            loop {
                changes.mark_unchanged();
                let file = self.store.file(self.id, token).await?;
                let file = file.ok_or(MessageError::NoFile)?;
                if file.expires <= self.clock.now() {
                    return Err(MessageError::NoFile);
                }
                match file.state {
                    FileState::Stored => return Ok(self.kept_file(file)),
                    FileState::Lost => return Err(MessageError::NoFile),
                    FileState::Held => self.release(&file).await?,
                    FileState::Pending if !self.shared.has_room().await => {
                        return Err(MessageError::NoRoom);
                    }
                    FileState::Pending => {}
                }
                if changes.changed().await.is_err() {
                    return Err(MessageError::NoFile);
                }
            }
        };
        tokio::time::timeout(FETCHED, came).await.unwrap_or(Err(MessageError::NoFile))
    }

    /// Has a file fetched that was held back, if there is a new budget.
    async fn release(&self, file: &StoredFile) -> Result<(), MessageError> {
        let (chat, id) = file.message.as_ref().ok_or(MessageError::NoFile)?;
        let message = self.journal.named_message(chat, id).await?.ok_or(MessageError::NoFile)?;
        let (limits, now) = (self.shared.limits(), self.clock.now());
        if let Err(used_up) = self.spending.check(&message.sender, limits, now) {
            let again = now.until_next_day();
            return Err(MessageError::HeldBack { of: used_up.of, again });
        }
        let store = &self.store;
        store.set_file_state(self.id, &file.token, FileState::Pending, file.expires).await?;
        self.changed();
        Ok(())
    }

    /// The bytes of a file of this instance, by its address. `None`: it is another address, or
    /// the file is gone or has more than `most` bytes.
    pub(crate) async fn own_bytes(&self, url: &str, most: u64) -> Option<Vec<u8>> {
        let (id, token) = self.shared.file_at(url)?;
        let kept = self.open(&token).await.ok().filter(|_| id == self.id)?;
        let size = tokio::fs::metadata(&kept.path).await.ok()?.len();
        if size > most { None } else { tokio::fs::read(&kept.path).await.ok() }
    }

    /// The file of a message. One that has expired, or could not be had before, is asked for
    /// again.
    pub(crate) async fn of_message(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<KeptFile, MessageError> {
        let message =
            self.journal.named_message(chat, id).await?.ok_or(MessageError::UnknownMessage)?;
        let content = message.body.content.file().ok_or(MessageError::NoFile)?;
        let token = content.file.clone().ok_or(MessageError::NoFile)?;
        if content.too_large {
            return Err(MessageError::NoFile);
        }
        let file = self.store.file(self.id, &token).await?;
        let now = self.clock.now();
        let at_hand = file.is_some_and(|f| f.state != FileState::Lost && f.expires > now);
        if !at_hand {
            self.fetch_again(&message, token.clone()).await?;
        }
        self.open(&token).await
    }

    /// Puts the file of a message on the list of those to be fetched, under its old address.
    async fn fetch_again(&self, message: &Message, token: FileToken) -> Result<(), MessageError> {
        self.online.require()?;
        let Some(content) = message.body.content.file() else {
            return Err(MessageError::NoFile);
        };
        let file = StoredFile {
            token,
            name: content.file_name.clone(),
            mime_type: content.mime_type.clone(),
            state: FileState::Pending,
            message: Some((message.chat.clone(), message.id.clone())),
            expires: self.expiry(),
        };
        self.store.remove_file(self.id, &file.token).await?;
        self.store.add_file(self.id, &file).await?;
        self.changed();
        Ok(())
    }

    /// What became of a file that was to be fetched.
    async fn settle(&self, file: &StoredFile, state: FileState) -> Result<(), StoreError> {
        self.store.set_file_state(self.id, &file.token, state, self.expiry()).await?;
        self.changed();
        Ok(())
    }

    /// A copy of a stored file for this instance to send: it lives as long as a fresh one.
    pub(crate) async fn copy(&self, original: &KeptFile) -> Result<KeptFile, MessageError> {
        let token = new_file_token();
        let media = self.shared.media();
        let disk = |error: MediaError| MessageError::Disk(error.to_string());
        media.link(&original.path, self.id, &token).await.map_err(disk)?;
        let (name, mime_type) = (original.file.name.clone(), original.file.mime_type.clone());
        match self.keep(token.clone(), name, mime_type).await {
            Ok(kept) => Ok(kept),
            Err(error) => {
                // Bytes without a row would stay for ever.
                media.remove(self.id, &token).await.map_err(disk)?;
                Err(error.into())
            }
        }
    }
}
