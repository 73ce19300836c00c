//! Sending what waits: one worker for each instance that is online and has something to send.
//!
//! Everything that matters is in the store before it happens: a worker may be dropped at any
//! point, and the next one goes on. What had begun to leave and was not acknowledged is sent
//! again under its id, which WhatsApp knows.

mod composer;
mod error;
mod in_flight;
mod pace;
mod previews;
mod queue;
mod recent;
mod rows;
mod step;
#[cfg(test)]
mod tests;
mod tracker;
mod wire;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use siskin_model::InstanceId;

pub(crate) use self::composer::Composer;
use self::error::Stop;
pub(crate) use self::in_flight::Acknowledgement;
pub(crate) use self::pace::Pace;
pub use self::pace::Pacing;
pub(crate) use self::previews::LinkPreviews;
pub(crate) use self::queue::Queue;
pub(crate) use self::tracker::Tracker;
use self::worker::send_all;
use crate::entries::Entries;
use crate::port::Session;
use crate::read_marks::ReadMarks;

/// How long sending pauses after the store has failed.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// What sends the messages of one instance.
#[derive(Clone)]
pub(crate) struct Outbox {
    id: InstanceId,
    queue: Arc<Queue>,
    tracker: Arc<Tracker>,
    composer: Arc<Composer>,
    entries: Arc<Entries>,
    read_marks: Arc<ReadMarks>,
    pace: Arc<Pace>,
}

impl Outbox {
    pub(crate) fn new(
        id: InstanceId,
        queue: &Arc<Queue>,
        tracker: &Arc<Tracker>,
        composer: &Arc<Composer>,
        entries: &Arc<Entries>,
        read_marks: &Arc<ReadMarks>,
        pace: &Arc<Pace>,
    ) -> Self {
        Self {
            id,
            queue: queue.clone(),
            tracker: tracker.clone(),
            composer: composer.clone(),
            entries: entries.clone(),
            read_marks: read_marks.clone(),
            pace: pace.clone(),
        }
    }

    /// Sends what waits until nothing does, or the connection is gone.
    pub(crate) async fn run(&self, session: Arc<dyn Session>) {
        let mut store_failed = false;
        loop {
            match send_all(self, &session).await {
                Ok(()) => return,
                Err(Stop::Offline) => {
                    tracing::debug!(instance = %self.id, "the connection went while sending");
                    return;
                }
                Err(Stop::Store(error)) => {
                    if std::mem::replace(&mut store_failed, true) {
                        tracing::debug!(instance = %self.id, %error, "sending pauses still");
                    } else {
                        tracing::error!(instance = %self.id, %error, "sending pauses");
                    }
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
    }
}
