use std::time::Duration;

use crate::request::{at_least, optional, request};

/// How far back unless the caller says, in minutes.
const DEFAULT: u64 = 1440;
/// The furthest that is looked back, in minutes, whatever the caller says: ten years.
const FURTHEST: u64 = 10 * 366 * 24 * 60;

/// What is said of no time at all.
pub(super) const TOO_SHORT: &str =
    "Validation failed. Details: 'minutes' must be greater than or equal to 1";

request! {
    /// How far back a journal is read.
    pub(crate) struct Window {
        minutes: u64 = optional("minutes", at_least(1..=FURTHEST), "How far back.").or(DEFAULT),
    }
}

impl Window {
    pub fn window(&self) -> Duration {
        Duration::from_secs(self.minutes * 60)
    }
}
