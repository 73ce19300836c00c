use std::time::{SystemTime, UNIX_EPOCH};

use siskin_model::UnixMillis;

/// Where "now" comes from: passed in, so that a test can choose it.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> UnixMillis;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock of the machine")]
    fn now(&self) -> UnixMillis {
        // A machine whose clock stands before 1970 has worse problems than a wrong stamp.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
