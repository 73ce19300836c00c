//! Fetching the files of received messages from WhatsApp.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use siskin_media::MediaError;
use siskin_model::{FileState, InstanceId, Message, StoredFile};
use siskin_store::{Clock, Store, StoreError};

use super::budget::{Spending, UsedUp};
use super::{Files, SharedFiles};
use crate::journal::Journal;
use crate::port::{FetchError, Session};

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

/// Fetches the files of one instance.
pub(crate) struct Fetcher {
    id: InstanceId,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    journal: Arc<Journal>,
    files: Arc<Files>,
    shared: Arc<SharedFiles>,
    spending: Arc<Spending>,
}

impl Fetcher {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        clock: &Arc<dyn Clock>,
        journal: &Arc<Journal>,
        files: &Arc<Files>,
        shared: &Arc<SharedFiles>,
        spending: &Arc<Spending>,
    ) -> Self {
        Self {
            id,
            store: store.clone(),
            clock: clock.clone(),
            journal: journal.clone(),
            files: files.clone(),
            shared: shared.clone(),
            spending: spending.clone(),
        }
    }

    /// Fetches every file that is still to be fetched; ends when none is left.
    pub(crate) async fn run(&self, session: &dyn Session) {
        let mut attempt = 1;
        while attempt <= TRIES {
            let pause = match self.fetch_all(session).await {
                Ok(Outcome::Done) => return,
                Ok(Outcome::NoRoom) => {
                    // As long as it takes: somebody has to make room.
                    tokio::time::sleep(ROOM_PAUSE).await;
                    continue;
                }
                Ok(Outcome::Again) => PAUSE * attempt,
                Err(error) => {
                    tracing::error!(instance = %self.id, %error, "files not fetched");
                    PAUSE * attempt
                }
            };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// The worst that became of one.
    async fn fetch_all(&self, session: &dyn Session) -> Result<Outcome, StoreError> {
        loop {
            let pending = self.store.pending_files(self.id, BATCH).await?;
            if pending.is_empty() {
                return Ok(Outcome::Done);
            }
            let fetches = pending.into_iter().map(|file| self.fetch_one(session, file));
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
        &self,
        session: &dyn Session,
        file: StoredFile,
    ) -> Result<Outcome, StoreError> {
        let Some(_permit) = self.shared.fetch_permit().await else { return Ok(Outcome::Again) };
        let message = match &file.message {
            Some((chat, id)) => self.journal.message(chat, id).await?,
            None => None,
        };
        let Some(message) = message else {
            return self.settle(&file, FileState::Lost).await;
        };
        let (state, result) = match self.fetch(session, &file, &message).await {
            Ok(how) => (FileState::Stored, how),
            Err(NotFetched::NoRoom) => return Ok(Outcome::NoRoom),
            Err(NotFetched::HeldBack(used_up)) => {
                self.tell_used_up(&message, used_up);
                (FileState::Held, "held")
            }
            Err(NotFetched::Failed(FetchError::Failed(why))) => {
                count("failed");
                tracing::warn!(instance = %self.id, why, "a file was not fetched");
                return Ok(Outcome::Again);
            }
            Err(NotFetched::Failed(error)) => {
                tracing::warn!(instance = %self.id, %error, "a file is lost");
                (FileState::Lost, "lost")
            }
        };
        count(result);
        self.settle(&file, state).await
    }

    async fn settle(&self, file: &StoredFile, state: FileState) -> Result<Outcome, StoreError> {
        self.files.settle(file, state).await?;
        Ok(Outcome::Done)
    }

    /// Fetches a file, unless it is here already. Says how it came.
    async fn fetch(
        &self,
        session: &dyn Session,
        file: &StoredFile,
        message: &Message,
    ) -> Result<&'static str, NotFetched> {
        let media = self.shared.media();
        let key = session.content_key(message);
        let _turn = match &key {
            Some(key) => Some(self.shared.turn(key).await),
            None => None,
        };
        if let Some(key) = &key {
            let taken = media.take_known(key, self.id, &file.token).await;
            if taken.map_err(|error| NotFetched::disk(&error))? {
                return Ok("known");
            }
        }
        let size = self.fetch_from_whatsapp(session, file, message).await?;
        self.spending.came(&message.sender, size, self.clock.now());
        metrics::counter!("siskin_files_received_bytes_total").increment(size);
        if let Err(error) = media.share(key.as_ref(), self.id, &file.token).await {
            tracing::warn!(instance = %self.id, %error, "a file is kept by itself");
        }
        Ok("fetched")
    }

    /// How many bytes it has.
    async fn fetch_from_whatsapp(
        &self,
        session: &dyn Session,
        file: &StoredFile,
        message: &Message,
    ) -> Result<u64, NotFetched> {
        if !self.shared.has_room_for_fetch().await {
            return Err(NotFetched::NoRoom);
        }
        let now = self.clock.now();
        let begun = self.spending.begin(&message.sender, self.shared.limits(), now);
        begun.map_err(NotFetched::HeldBack)?;
        let new = self.shared.media().create(self.id, &file.token, StoredFile::LARGEST).await;
        let new = new.map_err(|error| NotFetched::disk(&error))?;
        let fetched = session.fetch_file(message, new.temporary_path()).await;
        fetched.map_err(NotFetched::Failed)?;
        new.finish().await.map_err(|error| NotFetched::disk(&error))
    }

    /// Once a day for each budget, however many messages there are.
    fn tell_used_up(&self, message: &Message, used_up: UsedUp) {
        let budget = used_up.of.as_str();
        metrics::counter!("siskin_files_held_total", "budget" => budget).increment(1);
        if used_up.first {
            tracing::warn!(
                instance = %self.id,
                budget,
                sender = %message.sender,
                "a day's budget for received files is used up: the rest is fetched when asked for"
            );
        }
    }
}

fn count(result: &'static str) {
    metrics::counter!("siskin_files_received_total", "result" => result).increment(1);
}

/// Why a file is not here.
enum NotFetched {
    NoRoom,
    HeldBack(UsedUp),
    Failed(FetchError),
}

impl NotFetched {
    fn disk(error: &MediaError) -> Self {
        Self::Failed(FetchError::Failed(error.to_string()))
    }
}
