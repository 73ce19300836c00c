use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use siskin_model::InstanceId;
use tokio::sync::Semaphore;

/// How many files are looked into at the same time: each may take as much memory as the
/// largest picture.
const AT_ONCE: usize = 2;

static FREE: Semaphore = Semaphore::const_new(AT_ONCE);
/// How much each may have under way or wait for a place, so that they take turns: whoever has
/// many files waits for the earlier ones among them, not everybody else.
static LANES: LazyLock<Mutex<Lanes>> = LazyLock::new(Mutex::default);

/// Those who have work now, which bounds how many there are. Without an instance: work for
/// somebody whom nobody knows.
type Lanes = HashMap<Option<InstanceId>, Arc<Semaphore>>;

/// Runs work that reads disks and decodes, away from the threads that serve. `None`: it
/// panicked, or the program ends.
pub(crate) async fn run<T: Send + 'static>(
    instance: Option<InstanceId>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let turn = lane(instance).acquire_owned().await.ok()?;
    // The permits go with the work, which goes on when nobody waits for it any more.
    let permit = FREE.acquire().await.ok()?;
    let done = tokio::task::spawn_blocking(move || {
        let _permits = (turn, permit);
        caught(work)
    });
    done.await.ok().flatten()
}

fn lane(instance: Option<InstanceId>) -> Arc<Semaphore> {
    let mut lanes = LANES.lock();
    // Those that nobody uses or waits for.
    lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
    lanes.entry(instance).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone()
}

/// What the work returns. `None`: it panicked, over a file that a decoder was not made for.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    // Whatever the work held is gone with it.
    let done = catch_unwind(AssertUnwindSafe(work));
    done.inspect_err(|_| tracing::warn!("a file could not be looked into")).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn a_panic_costs_no_place() {
        for _ in 0..AT_ONCE * 2 {
            assert_eq!(run(None, || -> u32 { panic!("a decoder does that") }).await, None);
        }
        assert_eq!(run(None, || 1).await, Some(1));
    }

    #[tokio::test]
    async fn whoever_has_many_files_does_not_hold_up_the_others() {
        let busy: InstanceId = "7103000001".parse().unwrap();
        let other: InstanceId = "7103000002".parse().unwrap();
        let (finish, finished) = mpsc::channel();
        let finished = Arc::new(Mutex::new(finished));
        let work: Vec<_> = (0..50)
            .map(|_| {
                let finished = finished.clone();
                let wait = move || finished.lock().recv().is_ok();
                tokio::spawn(run(Some(busy), wait))
            })
            .collect();
        while FREE.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let waiting = tokio::spawn(run(Some(other), || 1));
        // One of the fifty ends, and it is the other's turn.
        finish.send(()).unwrap();
        assert_eq!(waiting.await.unwrap(), Some(1));
        drop(finish);
        for done in work {
            assert!(done.await.unwrap().is_some());
        }
        let lanes = LANES.lock().len();
        assert!(lanes <= 2, "{lanes} lanes are left");
    }
}
