use std::time::Duration;

use siskin_fleet::Instance;
use siskin_model::Receipt;
use siskin_store::StoreError;
use tokio::time::Instant;

use crate::Delivery;

/// What came of clearing a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleared {
    /// It is empty.
    Done,
    /// It was cleared less than a minute ago; nothing was done.
    TooSoon {
        /// How long to wait.
        left: Duration,
    },
}

impl Delivery {
    /// Removes a notification. `false`: it was not there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn delete(&self, instance: &Instance, receipt: Receipt) -> Result<bool, StoreError> {
        let removed = self.fleet.store().remove(instance.id(), receipt).await;
        self.log_shrank(instance.id());
        removed
    }

    /// How many notifications wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn count(&self, instance: &Instance) -> Result<u64, StoreError> {
        self.fleet.store().count(instance.id(), self.not_before()).await
    }

    /// Removes all notifications, at most once a minute (specification,
    /// `clearWebhooksQueue`).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clear(&self, instance: &Instance) -> Result<Cleared, StoreError> {
        if let Some(left) = self.claim_clearing(instance) {
            return Ok(Cleared::TooSoon { left });
        }
        let cleared = self.fleet.store().clear(instance.id()).await;
        self.log_shrank(instance.id());
        if cleared.is_err() {
            // Nothing was done: the next try need not wait.
            self.cleared.lock().remove(&instance.id());
        }
        cleared.map(|_| Cleared::Done)
    }

    /// Marks the log as cleared now, or tells how long that has to wait.
    fn claim_clearing(&self, instance: &Instance) -> Option<Duration> {
        let now = Instant::now();
        let mut cleared = self.cleared.lock();
        // So the table holds what was cleared within a minute and nothing else.
        cleared.retain(|_, at| now < *at + self.schedule.clearing);
        if let Some(at) = cleared.get(&instance.id()) {
            return Some(*at + self.schedule.clearing - now);
        }
        cleared.insert(instance.id(), now);
        None
    }
}
