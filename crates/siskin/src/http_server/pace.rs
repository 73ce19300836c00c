use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// How long a client may keep us waiting, for the bytes of a body or for room to write.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How many bytes win back a second of it. A line slower than this for longer than
/// [`PATIENCE`] is given up: a byte now and then must not hold a connection.
pub(super) const SLOWEST: u32 = 500;

/// The patience with one direction of a connection: waiting uses it up, bytes renew it.
#[derive(Default)]
pub(super) struct Pace {
    used: Duration,
    since: Option<Instant>,
    over: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    /// Called whenever the client keeps us waiting; ready when patience is at its end.
    pub(super) fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let over = match (&mut self.over, self.since) {
            (Some(over), Some(_)) => over,
            (over, _) => {
                let now = Instant::now();
                self.since = Some(now);
                let end = now + PATIENCE.saturating_sub(self.used);
                let timer = over.get_or_insert_with(|| Box::pin(sleep_until(end)));
                timer.as_mut().reset(end);
                timer
            }
        };
        over.as_mut().poll(cx)
    }

    /// Called when so many bytes have come or gone.
    pub(super) fn went_on(&mut self, bytes: usize) {
        if let Some(since) = self.since.take() {
            self.used += since.elapsed();
        }
        let won = Duration::from_secs(bytes as u64) / SLOWEST;
        self.used = self.used.saturating_sub(won);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::future::poll_fn;

    use super::*;

    /// How long a client that sends `bytes` every so often is borne, up to an hour.
    async fn borne(bytes: usize, every: Duration) -> Duration {
        let (mut pace, began) = (Pace::default(), Instant::now());
        while began.elapsed() < Duration::from_secs(3600) {
            let waits = poll_fn(|cx| pace.poll_waiting(cx));
            if tokio::time::timeout(every, waits).await.is_ok() {
                break;
            }
            pace.went_on(bytes);
        }
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_a_byte_now_and_then_are_borne_for_the_same_time() {
        let second = Duration::from_secs(1);
        assert!(borne(0, PATIENCE * 2).await <= PATIENCE + second);
        assert!(borne(1, second * 5).await <= PATIENCE + second * 5);
        assert!(borne(1, second / 10).await <= PATIENCE + second);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_that_goes_on_is_borne() {
        let hour = Duration::from_secs(3600);
        assert!(borne(600, Duration::from_secs(1)).await >= hour);
        assert!(borne(64 * 1024, Duration::from_secs(25)).await >= hour);
    }
}
