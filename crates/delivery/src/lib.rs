//! The way out of the notification log: the long poll and the webhook.
//!
//! A notification stays in the log until somebody has it: its receipt is given back, a
//! webhook answers exactly 200, or its 24 hours are over. A worker runs for an instance only
//! while it has a webhook and something to deliver.

mod dispatcher;
mod poll;
mod queue;
mod removal;
mod schedule;
mod sender;
mod worker;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use siskin_fleet::Fleet;
use siskin_model::{InstanceId, Receipt, UnixMillis};
use siskin_store::{LoggedNotification, StoreError};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

pub use poll::ReceiveError;
pub use queue::Cleared;
pub use schedule::Schedule;
pub use sender::{Attempt, WebhookSender};

/// Hands notifications to their owners.
pub struct Delivery {
    fleet: Arc<Fleet>,
    sender: Arc<dyn WebhookSender>,
    schedule: Schedule,
    tasks: TaskTracker,
    /// Instances with a worker, and whether what it has read ahead may be gone from the log.
    working: Mutex<HashMap<InstanceId, bool>>,
    /// When each log was last cleared; kept for a minute.
    cleared: Mutex<HashMap<InstanceId, Instant>>,
}

impl Delivery {
    /// Starts to listen for notifications and to sweep out the old ones.
    pub fn start(
        fleet: Arc<Fleet>,
        sender: Arc<dyn WebhookSender>,
        schedule: Schedule,
    ) -> Arc<Self> {
        let delivery = Arc::new(Self {
            fleet,
            sender,
            schedule,
            tasks: TaskTracker::new(),
            working: Mutex::default(),
            cleared: Mutex::default(),
        });
        delivery.tasks.spawn(dispatcher::dispatch(delivery.clone()));
        delivery.tasks.spawn(dispatcher::sweep(delivery.clone()));
        delivery
    }

    /// Waits until every worker has ended; they do when the fleet stops.
    pub async fn stop(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// The oldest notifications behind `after` that are still to be delivered.
    async fn logged(
        &self,
        id: InstanceId,
        after: Receipt,
        count: u32,
    ) -> Result<Vec<LoggedNotification>, StoreError> {
        self.fleet.store().logged(id, after, self.not_before(), count).await
    }

    /// Nothing that is older is delivered.
    fn not_before(&self) -> UnixMillis {
        self.fleet.clock().now().minus(self.schedule.retention)
    }

    /// Something was taken out of a log: its worker has to read it anew.
    fn log_shrank(&self, id: InstanceId) {
        if let Some(is_stale) = self.working.lock().get_mut(&id) {
            *is_stale = true;
        }
    }

    /// Whether the log has shrunk since the last call.
    fn has_shrunk(&self, id: InstanceId) -> bool {
        self.working.lock().get_mut(&id).is_some_and(std::mem::take)
    }
}
