//! Fetching the files of received messages from WhatsApp.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use siskin_model::{FileState, StoredFile};
use siskin_store::StoreError;

use crate::engine::{FetchError, Session};
use crate::instance::Instance;

/// How many files of one instance are fetched at once.
const AT_ONCE: usize = 4;
/// How many files are looked up in one go.
const BATCH: u32 = 100;
/// How long to wait before a file that did not come is tried again.
const PAUSE: Duration = Duration::from_secs(30);
/// How often a file is tried while the session lasts.
const TRIES: u32 = 5;

/// Fetches every file that is still to be fetched; ends when none is left.
pub(crate) async fn fetch_files(instance: Arc<Instance>, session: Arc<dyn Session>) {
    for attempt in 1..=TRIES {
        match fetch_all(&instance, &session).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => tracing::error!(instance = %instance.id(), %error, "files not fetched"),
        }
        tokio::time::sleep(PAUSE * attempt).await;
    }
}

/// Whether nothing is left to be tried again.
async fn fetch_all(
    instance: &Arc<Instance>,
    session: &Arc<dyn Session>,
) -> Result<bool, StoreError> {
    loop {
        let pending = instance.around.store.pending_files(instance.id(), BATCH).await?;
        if pending.is_empty() {
            return Ok(true);
        }
        let fetches = pending.into_iter().map(|file| fetch_one(instance, session, file));
        let outcomes: Vec<_> =
            futures::stream::iter(fetches).buffer_unordered(AT_ONCE).collect().await;
        let mut all = true;
        for outcome in outcomes {
            all &= outcome?;
        }
        if !all {
            return Ok(false);
        }
    }
}

/// Whether the file's fate is sealed.
async fn fetch_one(
    instance: &Instance,
    session: &Arc<dyn Session>,
    file: StoredFile,
) -> Result<bool, StoreError> {
    let Ok(_permit) = instance.around.fetches.acquire().await else { return Ok(false) };
    let state = match fetch(instance, &**session, &file).await {
        Ok(()) => FileState::Stored,
        Err(FetchError::Failed(why)) => {
            tracing::warn!(instance = %instance.id(), why, "a file was not fetched");
            return Ok(false);
        }
        Err(error) => {
            tracing::warn!(instance = %instance.id(), %error, "a file is lost");
            FileState::Lost
        }
    };
    let expires = instance.around.clock.now().plus(StoredFile::LIFETIME);
    let store = &instance.around.store;
    store.set_file_state(instance.id(), &file.token, state, expires).await?;
    instance.files_changed();
    Ok(true)
}

async fn fetch(
    instance: &Instance,
    session: &dyn Session,
    file: &StoredFile,
) -> Result<(), FetchError> {
    let failed = |why: &dyn std::fmt::Display| FetchError::Failed(why.to_string());
    let (chat, id) = file.message.as_ref().ok_or(FetchError::Gone)?;
    let message = instance.around.store.message(instance.id(), chat, id).await;
    let message = message.map_err(|error| failed(&error))?.ok_or(FetchError::Gone)?;
    let media = &instance.around.media;
    let new = media.create(instance.id(), &file.token, StoredFile::LARGEST).await;
    let new = new.map_err(|error| failed(&error))?;
    session.fetch_file(&message, new.temporary_path()).await?;
    new.finish().await.map_err(|error| failed(&error))?;
    Ok(())
}
