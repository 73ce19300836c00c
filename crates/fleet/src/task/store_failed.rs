//! A disk that is full, slow, locked or gone: nothing is given up, and everything waits for it.

use std::time::Duration;

use siskin_model::Reason;
use tokio::time::Instant;

use super::InstanceTask;
use crate::pacer::Backoff;
use crate::port::EngineError;

/// The longest pause before the disk is tried again: as long as somebody who has made room
/// waits at the most.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What the disk did not take.
pub(super) struct StoreFailures {
    /// Reset only when a session has lasted: where there is some room and not enough, each one
    /// gets a little further.
    backoff: Backoff,
    /// Whether it could not be said yet which keys there are.
    pub(super) keys_unknown: bool,
    /// When to try again to record a state.
    record: Option<Instant>,
    /// Whether there is a state that could not be recorded.
    unrecorded: bool,
}

impl Default for StoreFailures {
    fn default() -> Self {
        let backoff = Backoff::up_to(LONGEST_PAUSE);
        Self { backoff, keys_unknown: false, record: None, unrecorded: false }
    }
}

impl StoreFailures {
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.record
    }

    /// When to try again.
    fn next(&mut self) -> Instant {
        Instant::now() + self.backoff.next_pause()
    }

    /// A session has lasted.
    pub(super) fn forget(&mut self) {
        self.backoff.reset();
    }

    /// The state could not be recorded; whether that is news.
    pub(super) fn record_later(&mut self) -> bool {
        self.record = Some(Instant::now() + LONGEST_PAUSE);
        !std::mem::replace(&mut self.unrecorded, true)
    }

    pub(super) fn recorded(&mut self) {
        self.record = None;
        self.unrecorded = false;
    }
}

impl InstanceTask {
    /// The session of the link is ahead of the disk and was given up: another one is opened
    /// from what is there, after a pause.
    pub(super) async fn store_failed(&mut self) {
        self.offline(Some(Reason::StoreFailed)).await;
        self.retry = Some(self.store.next());
    }

    /// Whether the disk takes messages and keys; if not, it is asked again after a pause.
    pub(super) async fn store_is_well(&mut self) -> bool {
        if self.link().reason != Some(Reason::StoreFailed) {
            return true;
        }
        let probed = self.shared.store.probe_write().await;
        if let Err(error) = &probed {
            tracing::debug!(instance = %self.id, %error, "the store is not well yet");
            self.store_failed().await;
        }
        probed.is_ok()
    }

    /// The session of the link could not be opened.
    pub(super) async fn not_opened(&mut self, error: EngineError) {
        let instance = self.id;
        match error {
            EngineError::Disk { why, .. } => {
                if self.link().reason == Some(Reason::StoreFailed) {
                    tracing::debug!(%instance, why, "the disk is not well yet");
                } else {
                    tracing::error!(%instance, why, "the disk failed; it is tried again");
                }
                self.store_failed().await;
            }
            error => {
                tracing::error!(%instance, %error, "keys not readable");
                self.keys_unreadable().await;
            }
        }
    }

    /// It cannot be said which keys there are. What is known of the link stands until then.
    pub(super) async fn keys_unknown(&mut self, why: &str) {
        if self.link().reason != Some(Reason::StoreFailed) {
            tracing::error!(instance = %self.id, why, "the disk failed; tried again");
        }
        self.store.keys_unknown = true;
        self.retry = Some(self.store.next());
        self.publish(|link| link.reason = Some(Reason::StoreFailed)).await;
    }

    /// Records the state that could not be recorded when it was reached.
    pub(super) async fn record_overdue(&mut self, now: Instant) {
        if self.store.record.is_some_and(|at| at <= now) {
            self.store.record = None;
            self.publish(|_| {}).await;
        }
    }
}

/// Why a session that is to be linked could not be opened.
pub(super) fn reason_not_opened(error: &EngineError) -> Reason {
    match error {
        EngineError::Disk { .. } => Reason::StoreFailed,
        _ => Reason::Unreachable,
    }
}
