//! The time that goes into stanzas and signatures.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970.
#[allow(clippy::disallowed_methods, reason = "this is the clock of the network")]
pub fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Milliseconds since 1970, as app state and Signal messages carry them.
pub fn unix_millis() -> i64 {
    i64::try_from(unix_seconds()).unwrap_or(i64::MAX / 1000) * 1000
}
