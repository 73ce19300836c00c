use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use siskin_model::UnixMillis;
use siskin_store::Clock;

/// A clock that stands still until a test turns it.
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    /// Some moment in the year 2026.
    fn default() -> Self {
        Self(AtomicI64::new(1_780_000_000_000))
    }
}

impl TestClock {
    /// Lets time go by.
    pub fn turn(&self, by: Duration) {
        let later = self.now().plus(by);
        self.0.store(later.0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}
