//! Fetching the files of received messages from WhatsApp.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use siskin_model::{FileState, Message, StoredFile};
use siskin_store::StoreError;

use super::budget::UsedUp;
use crate::engine::{ContentKey, FetchError, Session};
use crate::instance::Instance;

/// How many files of one instance are fetched at once.
const AT_ONCE: usize = 4;
/// How many files are looked up in one go.
const BATCH: u32 = 100;
/// How long to wait before a file that did not come is tried again.
const PAUSE: Duration = Duration::from_secs(30);
/// How often a file is tried while the session lasts.
const TRIES: u32 = 5;
/// How long to wait before a full disk is looked at again.
const ROOM_PAUSE: Duration = Duration::from_secs(5);

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Its fate is sealed.
    Done,
    /// It did not come; trying again may help.
    Again,
    /// The disk has no room for it.
    NoRoom,
}

/// Fetches every file that is still to be fetched; ends when none is left.
pub(crate) async fn fetch_files(instance: Arc<Instance>, session: Arc<dyn Session>) {
    let mut attempt = 1;
    while attempt <= TRIES {
        let pause = match fetch_all(&instance, &session).await {
            Ok(Outcome::Done) => return,
            Ok(Outcome::NoRoom) => {
                // As long as it takes: somebody has to make room.
                tokio::time::sleep(ROOM_PAUSE).await;
                continue;
            }
            Ok(Outcome::Again) => PAUSE * attempt,
            Err(error) => {
                tracing::error!(instance = %instance.id(), %error, "files not fetched");
                PAUSE * attempt
            }
        };
        tokio::time::sleep(pause).await;
        attempt += 1;
    }
}

/// The worst that became of one.
async fn fetch_all(
    instance: &Arc<Instance>,
    session: &Arc<dyn Session>,
) -> Result<Outcome, StoreError> {
    loop {
        let pending = instance.around.store.pending_files(instance.id(), BATCH).await?;
        if pending.is_empty() {
            return Ok(Outcome::Done);
        }
        let fetches = pending.into_iter().map(|file| fetch_one(instance, session, file));
        let outcomes: Vec<_> =
            futures::stream::iter(fetches).buffer_unordered(AT_ONCE).collect().await;
        let mut worst = Outcome::Done;
        for outcome in outcomes {
            worst = worst.max(outcome?);
        }
        if worst > Outcome::Done {
            return Ok(worst);
        }
    }
}

async fn fetch_one(
    instance: &Instance,
    session: &Arc<dyn Session>,
    file: StoredFile,
) -> Result<Outcome, StoreError> {
    let Ok(_permit) = instance.around.fetches.acquire().await else { return Ok(Outcome::Again) };
    let message = match &file.message {
        Some((chat, id)) => instance.around.store.message(instance.id(), chat, id).await?,
        None => None,
    };
    let Some(message) = message else {
        return seal(instance, &file, FileState::Lost).await;
    };
    let fetched = fetch(instance, &**session, &file, &message).await;
    let (state, result) = match fetched {
        Ok(how) => (FileState::Stored, how),
        Err(NotFetched::NoRoom) => return Ok(Outcome::NoRoom),
        Err(NotFetched::HeldBack(used_up)) => {
            tell_used_up(instance, &message, used_up);
            (FileState::Held, "held")
        }
        Err(NotFetched::Failed(FetchError::Failed(why))) => {
            count("failed");
            tracing::warn!(instance = %instance.id(), why, "a file was not fetched");
            return Ok(Outcome::Again);
        }
        Err(NotFetched::Failed(error)) => {
            tracing::warn!(instance = %instance.id(), %error, "a file is lost");
            (FileState::Lost, "lost")
        }
    };
    count(result);
    seal(instance, &file, state).await
}

async fn seal(
    instance: &Instance,
    file: &StoredFile,
    state: FileState,
) -> Result<Outcome, StoreError> {
    let expires = instance.around.clock.now().plus(StoredFile::LIFETIME);
    let store = &instance.around.store;
    store.set_file_state(instance.id(), &file.token, state, expires).await?;
    instance.files_changed();
    Ok(Outcome::Done)
}

fn count(result: &'static str) {
    metrics::counter!("siskin_files_received_total", "result" => result).increment(1);
}

/// Once a day for each budget, however many messages there are.
fn tell_used_up(instance: &Instance, message: &Message, used_up: UsedUp) {
    let budget = used_up.of.as_str();
    metrics::counter!("siskin_files_held_total", "budget" => budget).increment(1);
    if used_up.first {
        tracing::warn!(
            instance = %instance.id(),
            budget,
            sender = %message.sender,
            "a day's budget for received files is used up: the rest is fetched when asked for"
        );
    }
}

/// Why a file is not here.
enum NotFetched {
    NoRoom,
    HeldBack(UsedUp),
    Failed(FetchError),
}

impl NotFetched {
    fn disk(error: &siskin_media::MediaError) -> Self {
        Self::Failed(FetchError::Failed(error.to_string()))
    }
}

/// Fetches a file, unless it is here already. Says how it came.
async fn fetch(
    instance: &Instance,
    session: &dyn Session,
    file: &StoredFile,
    message: &Message,
) -> Result<&'static str, NotFetched> {
    let around = &instance.around;
    let key = session.content_key(message);
    let _turn = match &key {
        Some(key) => Some(around.turns.of(key).lock_owned().await),
        None => None,
    };
    if let Some(key) = &key {
        let taken = around.media.take_known(key, instance.id(), &file.token).await;
        if taken.map_err(|error| NotFetched::disk(&error))? {
            return Ok("known");
        }
    }
    let size = fetch_from_whatsapp(instance, session, file, message).await?;
    instance.spending.came(&message.sender, size, around.clock.now());
    metrics::counter!("siskin_files_received_bytes_total").increment(size);
    if let Err(error) = around.media.share(key.as_ref(), instance.id(), &file.token).await {
        tracing::warn!(instance = %instance.id(), %error, "a file is kept by itself");
    }
    Ok("fetched")
}

/// How many bytes it has.
async fn fetch_from_whatsapp(
    instance: &Instance,
    session: &dyn Session,
    file: &StoredFile,
    message: &Message,
) -> Result<u64, NotFetched> {
    let around = &instance.around;
    // Those that come at the same time may be as large as a file can be.
    if !around.room.has(&around.media, around.other_fetches() * StoredFile::LARGEST).await {
        return Err(NotFetched::NoRoom);
    }
    let now = around.clock.now();
    let begun = instance.spending.begin(&message.sender, &around.file_limits, now);
    begun.map_err(NotFetched::HeldBack)?;
    let new = around.media.create(instance.id(), &file.token, StoredFile::LARGEST).await;
    let new = new.map_err(|error| NotFetched::disk(&error))?;
    let fetched = session.fetch_file(message, new.temporary_path()).await;
    fetched.map_err(NotFetched::Failed)?;
    new.finish().await.map_err(|error| NotFetched::disk(&error))
}

/// One turn for each file that is being fetched: bounded by the fetches that are under way.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<ContentKey, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    fn of(&self, key: &ContentKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds or waits for are over.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry(key.clone()).or_default().clone()
    }
}
