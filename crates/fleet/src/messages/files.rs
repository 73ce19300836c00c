//! Stored files: those that messages bring, and those that are to be sent.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use siskin_model::{
    ChatId, FileName, FileState, FileToken, InstanceId, Message, MessageId, MimeType, StoredFile,
    View,
};
use siskin_store::StoreError;

use super::budget::until_tomorrow;
use crate::error::MessageError;
use crate::fleet::Fleet;
use crate::ids::new_file_token;
use crate::instance::Instance;

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

impl Fleet {
    /// The file that an address of this gateway leads to. `None`: it is no such address, or
    /// the file is gone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn file_at(&self, url: &str) -> Result<Option<KeptFile>, StoreError> {
        let Some((id, token)) = split_file_url(self.base_url(), url) else { return Ok(None) };
        let Some(instance) = self.get(id) else { return Ok(None) };
        let kept = instance.open_file(&token).await;
        match kept {
            Ok(kept) => Ok(Some(kept)),
            Err(MessageError::Store(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

fn split_file_url(base: &str, url: &str) -> Option<(InstanceId, FileToken)> {
    let path = url.strip_prefix(base)?.strip_prefix("/files/")?;
    let mut parts = path.split('/');
    let id = parts.next()?.parse().ok()?;
    Some((id, FileToken::parse(parts.next()?)?))
}

impl Instance {
    /// Takes over a file whose bytes have been put into the media folder under `token`.
    ///
    /// # Errors
    /// When the store fails; the bytes are without an owner then and should be removed.
    pub async fn keep_file(
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
            expires: self.around.clock.now().plus(StoredFile::LIFETIME),
        };
        self.around.store.add_file(self.id(), &file).await?;
        Ok(self.kept_file(file))
    }

    fn kept_file(&self, file: StoredFile) -> KeptFile {
        let path = self.around.media.path(self.id(), &file.token);
        let address = |kept: &ChatId| kept.clone();
        let view = View { base_url: &self.around.base_url, instance: self.id(), address: &address };
        let url = view.file_url(&file.token, &file.name);
        KeptFile { file, path, url }
    }

    /// The file with that token; waits for one that is still being fetched, bounded. One that
    /// was held back is fetched now, if there is a new budget.
    ///
    /// # Errors
    /// [`MessageError::NoFile`] where there is none, or it has expired or does not come;
    /// [`MessageError::HeldBack`] and [`MessageError::NoRoom`] where it may come later.
    pub async fn open_file(&self, token: &FileToken) -> Result<KeptFile, MessageError> {
        let mut changes = self.files.subscribe();
        let came = async {
            loop {
                changes.mark_unchanged();
                let file = self.around.store.file(self.id(), token).await?;
                let file = file.ok_or(MessageError::NoFile)?;
                if file.expires <= self.around.clock.now() {
                    return Err(MessageError::NoFile);
                }
                match file.state {
                    FileState::Stored => return Ok(self.kept_file(file)),
                    FileState::Lost => return Err(MessageError::NoFile),
                    FileState::Held => self.release(&file).await?,
                    FileState::Pending if !self.around.has_room().await => {
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
        let message = self.message(chat, id).await?.ok_or(MessageError::NoFile)?;
        let (limits, now) = (&self.around.file_limits, self.around.clock.now());
        if let Err(used_up) = self.spending.check(&message.sender, limits, now) {
            let again = until_tomorrow(now);
            return Err(MessageError::HeldBack { of: used_up.of, again });
        }
        let store = &self.around.store;
        store.set_file_state(self.id(), &file.token, FileState::Pending, file.expires).await?;
        self.files_changed();
        Ok(())
    }

    /// The bytes of a file of this instance, by its address. `None`: it is another address, or
    /// the file is gone or has more than `most` bytes.
    pub(crate) async fn own_bytes(&self, url: &str, most: u64) -> Option<Vec<u8>> {
        let (id, token) = split_file_url(&self.around.base_url, url)?;
        let kept = self.open_file(&token).await.ok().filter(|_| id == self.id())?;
        let size = tokio::fs::metadata(&kept.path).await.ok()?.len();
        if size > most { None } else { tokio::fs::read(&kept.path).await.ok() }
    }

    /// The file of a message. One that has expired, or could not be had before, is asked for
    /// again.
    ///
    /// # Errors
    /// [`MessageError::UnknownMessage`] and [`MessageError::NoFile`].
    pub async fn file_of(
        self: &Arc<Self>,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<KeptFile, MessageError> {
        let message = self.message(chat, id).await?.ok_or(MessageError::UnknownMessage)?;
        let content = message.body.content.file().ok_or(MessageError::NoFile)?;
        let token = content.file.clone().ok_or(MessageError::NoFile)?;
        if content.too_large {
            return Err(MessageError::NoFile);
        }
        let file = self.around.store.file(self.id(), &token).await?;
        let now = self.around.clock.now();
        let at_hand = file.is_some_and(|f| f.state != FileState::Lost && f.expires > now);
        if !at_hand {
            self.fetch_again(&message, token.clone()).await?;
        }
        self.open_file(&token).await
    }

    /// Puts the file of a message on the list of those to be fetched, under its old address.
    async fn fetch_again(&self, message: &Message, token: FileToken) -> Result<(), MessageError> {
        self.require_online()?;
        let Some(content) = message.body.content.file() else {
            return Err(MessageError::NoFile);
        };
        let file = StoredFile {
            token,
            name: content.file_name.clone(),
            mime_type: content.mime_type.clone(),
            state: FileState::Pending,
            message: Some((message.chat.clone(), message.id.clone())),
            expires: self.around.clock.now().plus(StoredFile::LIFETIME),
        };
        self.around.store.remove_file(self.id(), &file.token).await?;
        self.around.store.add_file(self.id(), &file).await?;
        self.files_changed();
        Ok(())
    }

    fn require_online(&self) -> Result<(), MessageError> {
        self.online_session().map(drop).ok_or(MessageError::NotOnline)
    }

    /// Wakes those who fetch files, and those who wait for one.
    pub(crate) fn files_changed(&self) {
        self.files.send_modify(|count| *count += 1);
    }

    /// A copy of a stored file for this instance to send: it lives as long as a fresh one.
    ///
    /// # Errors
    /// When the disk or the store fails.
    pub async fn copy_file(&self, original: &KeptFile) -> Result<KeptFile, MessageError> {
        let token = new_file_token();
        let media = &self.around.media;
        let disk = |error: siskin_media::MediaError| MessageError::Disk(error.to_string());
        media.link(&original.path, self.id(), &token).await.map_err(disk)?;
        let (name, mime_type) = (original.file.name.clone(), original.file.mime_type.clone());
        match self.keep_file(token.clone(), name, mime_type).await {
            Ok(kept) => Ok(kept),
            Err(error) => {
                // Bytes without a row would stay for ever.
                media.remove(self.id(), &token).await.map_err(disk)?;
                Err(error.into())
            }
        }
    }
}
