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
pub(crate) fn in_background(simulator: &Arc<Simulator>) {
    let simulator = Arc::downgrade(simulator);
    tokio::spawn(async move {
        let mut pause = INTERVAL;
        loop {
            tokio::time::sleep(pause).await;
            let Some(took) = pass(&simulator).await else {
                return;
            };
            pause = INTERVAL.max(took * PAUSE_FACTOR);
        }
    });
}

/// Writes every account that changed; tells how long that took. `None` when the simulator
/// is gone.
async fn pass(simulator: &Weak<Simulator>) -> Option<Duration> {
    let started = Instant::now();
    let clients = simulator.upgrade()?.clients();
    for client in clients {
        let _running = simulator.upgrade()?;
        client.phone.flush(&client.account).await;
    }
    Some(started.elapsed())
}

impl Drop for Simulator {
    fn drop(&mut self) {
        for client in self.clients() {
            client.phone.try_flush(&client.account);
        }
    }
}
