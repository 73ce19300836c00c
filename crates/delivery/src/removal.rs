//! Removing what was delivered, beside the deliveries: each removal is a commit, and what is
//! delivered during one goes into the next.

use std::sync::Arc;

use siskin_model::{InstanceId, Receipt};
use tokio::sync::mpsc;

use crate::Delivery;

/// How many notifications wait for their removal while as many are being removed: those that
/// are delivered again if the process dies.
pub(crate) const UNREMOVED: usize = 32;

/// Removes notifications from the log until no more are delivered. What cannot be removed is
/// tried again, and holds up deliveries in the end.
pub(crate) async fn remove(
    delivery: Arc<Delivery>,
    id: InstanceId,
    mut delivered: mpsc::Receiver<Receipt>,
) {
    let stopping = delivery.fleet.stopping();
    let mut receipts = Vec::new();
    while delivered.recv_many(&mut receipts, UNREMOVED).await > 0 {
        while let Err(error) = delivery.fleet.store().remove_all(id, receipts.clone()).await {
            tracing::error!(instance = %id, %error, "receipts not recorded");
            tokio::select! {
                // They are delivered again: twice is better than never.
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(delivery.schedule.pause) => {}
            }
        }
        receipts.clear();
    }
}
