use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// When the last frame came, for the watchdog.
pub(crate) struct LastFrame {
    start: Instant,
    millis: AtomicU64,
}

impl Default for LastFrame {
    fn default() -> Self {
        Self { start: Instant::now(), millis: AtomicU64::new(0) }
    }
}

impl LastFrame {
    /// A frame comes now.
    pub(super) fn came(&self) {
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.millis.store(millis, Ordering::Relaxed);
    }

    /// How long ago that was.
    pub(crate) fn ago(&self) -> Duration {
        let then = Duration::from_millis(self.millis.load(Ordering::Relaxed));
        self.start.elapsed().saturating_sub(then)
    }
}
