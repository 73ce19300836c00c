use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::Semaphore;

/// How many files are looked into at the same time: each may take as much memory as the
/// largest picture.
const AT_ONCE: usize = 2;

static FREE: Semaphore = Semaphore::const_new(AT_ONCE);

/// Runs work that reads disks and decodes, away from the threads that serve. `None`: it
/// panicked, or the program ends.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    // The permit goes with the work, which goes on when nobody waits for it any more.
    let permit = FREE.acquire().await.ok()?;
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        caught(work)
    });
    done.await.ok().flatten()
}

/// What the work returns. `None`: it panicked, over a file that a decoder was not made for.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    // Whatever the work held is gone with it.
    let done = catch_unwind(AssertUnwindSafe(work));
    done.inspect_err(|_| tracing::warn!("a file could not be looked into")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_costs_no_place() {
        for _ in 0..AT_ONCE * 2 {
            assert_eq!(run(|| -> u32 { panic!("a decoder does that") }).await, None);
        }
        assert_eq!(run(|| 1).await, Some(1));
    }
}
