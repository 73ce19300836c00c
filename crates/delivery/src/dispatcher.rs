use std::sync::Arc;

use metrics::counter;
use siskin_fleet::Instance;

use crate::Delivery;
use crate::worker::{self, WorkerSlot};

/// Starts a worker for each instance that has a webhook and something to deliver.
pub(crate) async fn dispatch(delivery: Arc<Delivery>) {
    let stopping = delivery.fleet.stopping();
    loop {
        let id = tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            id = delivery.fleet.bell().next() => id,
        };
        if let Some(instance) = delivery.fleet.get(id) {
            start_worker(&delivery, &instance);
        }
    }
}

fn start_worker(delivery: &Arc<Delivery>, instance: &Instance) {
    if instance.settings().webhook_url.is_empty() {
        return;
    }
    if let Some(slot) = WorkerSlot::begin(delivery, instance.id()) {
        delivery.tasks.spawn(worker::work(slot));
    }
}

/// Removes what is too old to be delivered, for all instances in one go.
pub(crate) async fn sweep(delivery: Arc<Delivery>) {
    let stopping = delivery.fleet.stopping();
    loop {
        let before = delivery.fleet.clock().now().minus(delivery.schedule.retention);
        match delivery.fleet.store().expire(before).await {
            Ok(0) => {}
            Ok(expired) => {
                tracing::warn!(expired, "notifications were not fetched within a day");
                counter!("siskin_notifications_expired_total").increment(expired);
            }
            Err(error) => tracing::error!(%error, "old notifications not removed"),
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(delivery.schedule.sweep) => {}
        }
    }
}
