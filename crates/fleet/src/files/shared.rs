use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use siskin_media::MediaFolder;
use siskin_model::{FileToken, InstanceId, StoredFile};
use tokio::sync::{OwnedMutexGuard, Semaphore, SemaphorePermit};

use super::budget::FileLimits;
use super::room::Room;
use crate::port::ContentKey;

/// How many files are fetched from WhatsApp at once, by all instances together.
const FETCHES: usize = 16;

/// What all instances share where files are concerned: the folder, the disk and the line.
pub(crate) struct SharedFiles {
    media: MediaFolder,
    base_url: Arc<str>,
    limits: FileLimits,
    room: Room,
    fetches: Semaphore,
    /// Fetches of the same file take turns: the second finds it here. Bounded by the fetches
    /// that are under way.
    turns: Mutex<HashMap<ContentKey, Arc<tokio::sync::Mutex<()>>>>,
}

impl SharedFiles {
    /// `base_url` is the address of the gateway, without a slash at its end.
    pub(crate) fn new(media: MediaFolder, base_url: &Arc<str>, limits: FileLimits) -> Self {
        let (room, fetches) = (Room::new(limits.floor), Semaphore::new(FETCHES));
        Self { media, base_url: base_url.clone(), limits, room, fetches, turns: Mutex::default() }
    }

    /// Where files are kept.
    pub(crate) fn media(&self) -> &MediaFolder {
        &self.media
    }

    /// The address of the gateway as its users reach it, without a slash at its end.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Whose file an address leads to, and which. `None`: it is no such address.
    pub(crate) fn file_at(&self, url: &str) -> Option<(InstanceId, FileToken)> {
        let path = url.strip_prefix(&*self.base_url)?.strip_prefix("/files/")?;
        let mut parts = path.split('/');
        let id = parts.next()?.parse().ok()?;
        Some((id, FileToken::parse(parts.next()?)?))
    }

    /// What received files may take.
    pub(crate) fn limits(&self) -> &FileLimits {
        &self.limits
    }

    /// Whether the disk has room for files.
    pub(crate) async fn has_room(&self) -> bool {
        self.room.has(&self.media, 0).await
    }

    /// Whether it has room for the file of a fetch that is about to begin: those that come at
    /// the same time may be as large as a file can be.
    pub(super) async fn has_room_for_fetch(&self) -> bool {
        let others = FETCHES.saturating_sub(self.fetches.available_permits() + 1);
        let others = u64::try_from(others).unwrap_or(u64::MAX);
        self.room.has(&self.media, others.saturating_mul(StoredFile::LARGEST)).await
    }

    /// Waits until another file may be fetched.
    pub(super) async fn fetch_permit(&self) -> Option<SemaphorePermit<'_>> {
        self.fetches.acquire().await.ok()
    }

    /// Waits until nobody else fetches that file.
    pub(super) async fn turn(&self, key: &ContentKey) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock();
            // Those that nobody holds or waits for are over.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(key.clone()).or_default().clone()
        };
        turn.lock_owned().await
    }

    /// Lets go of what no message has any more.
    pub(crate) async fn forget_unused(&self) {
        if let Err(error) = self.media.forget_unused().await {
            tracing::warn!(%error, "files that nobody has any more still take room");
        }
    }
}
