//! Writing what changed: from time to time rather than at once, since a busy account
//! changes thousands of times a second.
//!
//! What a killed process loses is a fraction of a second of deliveries, as if the network
//! had lost them. Linking and unlinking do not wait for this; they are on disk at once.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::simulator::Simulator;

/// How often changes are written when writing is quick.
const INTERVAL: Duration = Duration::from_millis(200);
/// Pauses are at least so many times as long as the writing before them.
const PAUSE_FACTOR: u32 = 4;

/// Writes what changes until the simulator is gone.
pub(crate) fn in_background(sim: &Arc<Simulator>) {
    let sim = Arc::downgrade(sim);
    tokio::spawn(async move {
        let mut pause = INTERVAL;
        loop {
            tokio::time::sleep(pause).await;
            let Some(took) = pass(&sim).await else {
                return;
            };
            pause = INTERVAL.max(took * PAUSE_FACTOR);
        }
    });
}

/// Writes every account that changed; tells how long that took. `None` when the simulator
/// is gone.
async fn pass(sim: &Weak<Simulator>) -> Option<Duration> {
    let started = Instant::now();
    let cells = sim.upgrade()?.all_accounts();
    for cell in cells {
        let sim = sim.upgrade()?;
        cell.chats.flush();
        if cell.take_changed() {
            // The lock is held until the file is written, so that an older state never
            // replaces a newer one.
            let account = cell.lock().await;
            if let Err(error) = sim.save_cheaply(&account) {
                tracing::error!(%error, "cannot store an account");
            }
        }
    }
    Some(started.elapsed())
}

impl Simulator {
    /// Writes what is not on disk yet.
    pub(crate) fn flush(&self) {
        for cell in self.all_accounts() {
            cell.chats.flush();
            if !cell.take_changed() {
                continue;
            }
            match cell.try_lock() {
                Some(account) => {
                    if let Err(error) = self.save_cheaply(&account) {
                        tracing::error!(%error, "cannot store an account");
                    }
                }
                // Whoever holds the lock is about to change it anyway.
                None => cell.mark_changed(),
            }
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.flush();
    }
}
