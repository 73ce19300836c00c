//! What every instance of a fleet shares.

use std::sync::Arc;
use std::time::Duration;

use siskin_media::MediaFolder;
use siskin_model::message::Outgoing;
use siskin_store::{Clock, DeletedInstance, Store, StoreError};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::bell::Bell;
use crate::engine::Engine;
use crate::messages::{FileLimits, Room, Turns};
use crate::pacer::Pacer;
use crate::previews::Previews;

/// How many files are fetched from WhatsApp at once, by all instances together.
const FETCHES: usize = 16;
/// How often expired files and messages are removed.
const SWEEP: Duration = Duration::from_secs(60);
/// How many expired files are removed in one go.
const SWEEP_FILES: u32 = 500;

/// What a fleet is started with.
pub struct Setup {
    /// What it keeps.
    pub store: Arc<dyn Store>,
    /// Its way to WhatsApp.
    pub engine: Arc<dyn Engine>,
    /// The clock that it goes by.
    pub clock: Arc<dyn Clock>,
    /// Where files are kept.
    pub media: MediaFolder,
    /// Its way to the pages that links lead to.
    pub previews: Arc<dyn Previews>,
    /// The address of the gateway as its users reach it, without a slash at its end: links
    /// to files begin with it.
    pub base_url: String,
    /// Whether there is a pause between two sends.
    pub pacing: Pacing,
    /// What received files may take.
    pub file_limits: FileLimits,
}

/// Whether there is a pause between two sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pacing {
    /// As each instance's `delaySendMessagesMilliseconds` has it.
    Settings,
    /// None, whatever the settings say: for measuring, and for those who want to be banned.
    Off,
}

pub(crate) struct Surroundings {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) pacer: Pacer,
    pub(crate) stopping: CancellationToken,
    pub(crate) media: MediaFolder,
    pub(crate) previews: Arc<dyn Previews>,
    pub(crate) base_url: String,
    pub(crate) pacing: Pacing,
    pub(crate) fetches: Arc<Semaphore>,
    pub(crate) file_limits: FileLimits,
    pub(crate) room: Room,
    /// Fetches of the same file take turns: the second finds it here.
    pub(crate) turns: Turns,
}

impl Surroundings {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            store: setup.store,
            engine: setup.engine,
            clock: setup.clock,
            bell: Arc::default(),
            pacer: Pacer::new(),
            stopping: CancellationToken::new(),
            media: setup.media,
            previews: setup.previews,
            base_url: setup.base_url,
            pacing: setup.pacing,
            fetches: Arc::new(Semaphore::new(FETCHES)),
            room: Room::new(setup.file_limits.floor),
            file_limits: setup.file_limits,
            turns: Turns::default(),
        }
    }
}

impl Surroundings {
    /// Whether the disk has room for files.
    pub(crate) async fn has_room(&self) -> bool {
        self.room.has(&self.media, 0).await
    }

    /// How many files are fetched beside the one that asks.
    pub(crate) fn other_fetches(&self) -> u64 {
        let others = FETCHES.saturating_sub(self.fetches.available_permits() + 1);
        u64::try_from(others).unwrap_or(u64::MAX)
    }

    /// Lets go of what no message has any more.
    pub(crate) async fn forget_unused_files(&self) {
        if let Err(error) = self.media.forget_unused().await {
            tracing::warn!(%error, "files that nobody has any more still take room");
        }
    }
}

/// Removes what is too old, for all instances in one go, until the fleet stops.
pub(crate) async fn sweep(around: Arc<Surroundings>) {
    around.forget_unused_files().await;
    loop {
        if let Err(error) = sweep_once(&around).await {
            tracing::error!(%error, "old files and messages not removed");
        }
        tokio::select! {
            () = around.stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

async fn sweep_once(around: &Surroundings) -> Result<(), StoreError> {
    let now = around.clock.now();
    let expired = around.store.expire_waiting(now.minus(Outgoing::LIFETIME)).await?;
    if expired > 0 {
        tracing::warn!(expired, "messages waited to be sent for a day and were dropped");
        metrics::counter!("siskin_outgoing_expired_total").increment(expired);
    }
    around.store.forget_deleted(now.minus(DeletedInstance::LISTED)).await?;
    let expired = around.store.expired_files(now, SWEEP_FILES).await?;
    let some_expired = !expired.is_empty();
    for (instance, token) in expired {
        // The bytes first: a row without bytes is harmless, bytes without a row stay.
        if let Err(error) = around.media.remove(instance, &token).await {
            tracing::error!(%instance, %error, "an old file not removed");
            continue;
        }
        around.store.remove_file(instance, &token).await?;
    }
    if some_expired {
        around.forget_unused_files().await;
    }
    Ok(())
}
