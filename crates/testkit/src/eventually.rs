use std::time::Duration;

use anyhow::bail;
use tokio::time::Instant;

/// How often to look again.
const INTERVAL: Duration = Duration::from_millis(20);

/// Looks until there is something to see.
///
/// # Errors
/// When there is nothing within `patience`; the text says `what` was waited for.
pub async fn eventually<T>(
    what: &str,
    patience: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> anyhow::Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(seen) = look().await {
            return Ok(seen);
        }
        if Instant::now() >= deadline {
            bail!("within {patience:?} there was no {what}");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
