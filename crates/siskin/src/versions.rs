//! WhatsApp refuses clients that say they are too old: the current version is looked up at
//! the start and then once a day, for all numbers together.

use std::sync::Arc;
use std::time::Duration;

use siskin_outbound::{Outbound, Policy};
use siskin_whatsapp::{VERSION_PAGE, Versions};
use tokio_util::sync::CancellationToken;

/// How often to look. WhatsApp accepts a version for weeks.
const INTERVAL: Duration = Duration::from_secs(24 * 3600);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(300);
/// The page is some tens of KiB; more is not it.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

pub(crate) async fn follow(versions: Arc<Versions>, stopping: CancellationToken) {
    let outbound = Outbound::new(Policy::Public);
    loop {
        let pause = match outbound.get_text(VERSION_PAGE, LARGEST_PAGE).await {
            Ok(page) => learn(&versions, &page),
            Err(error) => {
                tracing::warn!(%error, "WhatsApp's current version is not known; going on");
                RETRY
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stopping.cancelled() => return,
        }
    }
}

fn learn(versions: &Versions, page: &str) -> Duration {
    match versions.learn(page) {
        Some((primary, secondary, tertiary)) => {
            tracing::info!(version = %format!("{primary}.{secondary}.{tertiary}"), "WhatsApp");
            INTERVAL
        }
        None => {
            tracing::warn!("the page that names WhatsApp's version does not; going on");
            RETRY
        }
    }
}
