//! Conditions of the whole network, as opposed to those of one account.

use std::sync::atomic::{AtomicBool, Ordering};

/// What holds for every client until it is switched off. Not kept across a restart.
#[derive(Default)]
pub struct Conditions {
    outdated_client: AtomicBool,
}

impl Conditions {
    /// Whether every client is told that its version is too old.
    pub(crate) fn outdated_client(&self) -> bool {
        self.outdated_client.load(Ordering::Relaxed)
    }

    /// Says so to every client, or stops.
    pub fn set_outdated_client(&self, on: bool) {
        self.outdated_client.store(on, Ordering::Relaxed);
    }
}
