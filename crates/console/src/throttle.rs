use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use siskin_model::UnixMillis;

/// How many wrong tokens are looked at in a [`WINDOW`].
const FAILURES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);

/// Slows down whoever guesses the admin token: after some failures nobody can sign in until
/// the minute is over.
#[derive(Default)]
pub(crate) struct Throttle {
    failures: Mutex<Failures>,
}

#[derive(Default)]
struct Failures {
    since: UnixMillis,
    count: u32,
}

impl Throttle {
    pub fn is_closed(&self, now: UnixMillis) -> bool {
        self.current(now, |failures| failures.count >= FAILURES)
    }

    pub fn failed(&self, now: UnixMillis) {
        self.current(now, |failures| failures.count += 1);
    }

    fn current<T>(&self, now: UnixMillis, look: impl FnOnce(&mut Failures) -> T) -> T {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.since.plus(WINDOW) <= now {
            *failures = Failures { since: now, count: 0 };
        }
        look(&mut failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_closes_after_too_many_failures_and_opens_after_the_window() {
        let throttle = Throttle::default();
        let start = UnixMillis(1_000_000);
        for _ in 0..FAILURES {
            assert!(!throttle.is_closed(start));
            throttle.failed(start);
        }
        assert!(throttle.is_closed(start));
        assert!(!throttle.is_closed(start.plus(WINDOW)));
    }
}
