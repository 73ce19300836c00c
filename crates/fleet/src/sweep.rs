//! Removes what is too old, for all instances in one go.

use std::sync::Arc;
use std::time::Duration;

use siskin_model::message::Outgoing;
use siskin_store::{DeletedInstance, StoreError};

use crate::shared::Shared;

/// How often expired files and messages are removed.
const PAUSE: Duration = Duration::from_secs(60);
/// How many expired files are removed in one go.
const FILES: u32 = 500;

/// Removes what is too old until the fleet stops.
pub(crate) async fn sweep(shared: Arc<Shared>) {
    shared.files.forget_unused().await;
    loop {
        if let Err(error) = sweep_once(&shared).await {
            tracing::error!(%error, "old files and messages not removed");
        }
        tokio::select! {
            () = shared.stopping.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn sweep_once(shared: &Shared) -> Result<(), StoreError> {
    let now = shared.clock.now();
    let expired = shared.store.expire_waiting(now.minus(Outgoing::LIFETIME)).await?;
    if expired > 0 {
        tracing::warn!(expired, "messages waited to be sent for a day and were dropped");
        metrics::counter!("siskin_outgoing_expired_total").increment(expired);
    }
    shared.store.forget_deleted(now.minus(DeletedInstance::LISTED)).await?;
    let expired = shared.store.expired_files(now, FILES).await?;
    let some_expired = !expired.is_empty();
    for (instance, token) in expired {
        // The bytes first: a row without bytes is harmless, bytes without a row stay.
        if let Err(error) = shared.files.media().remove(instance, &token).await {
            tracing::error!(%instance, %error, "an old file not removed");
            continue;
        }
        shared.store.remove_file(instance, &token).await?;
    }
    if some_expired {
        shared.files.forget_unused().await;
    }
    Ok(())
}
