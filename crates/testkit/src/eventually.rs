use std::time::Duration;

use anyhow::Context as _;
use tokio::time::{Instant, sleep};

/// How long to leave between two looks.
const INTERVAL: Duration = Duration::from_millis(10);

/// Looks until `look` succeeds; for things that tell nobody when they happen.
///
/// # Errors
/// When it has not succeeded by the deadline: `what` was awaited, and why the last look
/// failed.
pub async fn eventually<T>(
    what: &str,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let end = Instant::now() + deadline;
    loop {
        match look().await {
            Ok(seen) => return Ok(seen),
            Err(error) if Instant::now() >= end => {
                return Err(error).with_context(|| format!("not within {deadline:?}: {what}"));
            }
            Err(_) => sleep(INTERVAL).await,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use anyhow::ensure;

    #[tokio::test(start_paused = true)]
    async fn it_looks_until_it_sees() {
        let mut looks = 0;
        let seen = eventually("the third look", Duration::from_secs(1), async || {
            looks += 1;
            ensure!(looks == 3, "{looks} looks");
            Ok(looks)
        });
        assert_eq!(seen.await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_up_with_what_was_awaited_and_what_was_seen() {
        let look = async || -> anyhow::Result<()> { anyhow::bail!("the door is shut") };
        let error = eventually("an open door", Duration::from_secs(1), look).await.unwrap_err();
        assert_eq!(format!("{error:#}"), "not within 1s: an open door: the door is shut");
    }
}
