use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many linked instances may be logging in at the same time: enough to bring thousands
/// back within minutes, few enough that neither this machine nor WhatsApp is flooded.
const LOGINS_AT_ONCE: usize = 32;

/// The first and the longest pause before a connection is tried again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Spreads logins over time, for the whole process.
#[derive(Clone)]
pub(crate) struct Pacer {
    places: Arc<Semaphore>,
}

impl Pacer {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(LOGINS_AT_ONCE)) }
    }

    /// Waits for a place among those who are logging in; it is given back on drop.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().acquire_owned().await.ok()
    }
}

/// Pauses that double up to a bound, each shortened by up to a quarter by chance, so that
/// instances that failed together do not come back together.
#[derive(Debug)]
pub(crate) struct Backoff {
    failures: u32,
    longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::up_to(LONGEST_PAUSE)
    }
}

impl Backoff {
    /// Pauses up to that long.
    pub(crate) fn up_to(longest: Duration) -> Self {
        Self { failures: 0, longest }
    }

    pub(crate) fn next_pause(&mut self) -> Duration {
        let doubled = FIRST_PAUSE.saturating_mul(1 << self.failures.min(16));
        self.failures += 1;
        doubled.min(self.longest).mul_f64(rand::rng().random_range(0.75..=1.0))
    }

    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_bound_and_start_anew() {
        let mut backoff = Backoff::default();
        for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            let pause = backoff.next_pause();
            let bound = Duration::from_secs(expected);
            assert!(pause <= bound && pause >= bound.mul_f64(0.74), "{pause:?} of {bound:?}");
        }
        backoff.reset();
        assert!(backoff.next_pause() <= FIRST_PAUSE);
    }
}
