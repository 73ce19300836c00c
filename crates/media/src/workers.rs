use tokio::sync::Semaphore;

/// How many files are looked into at the same time: each may take as much memory as the
/// largest picture.
const AT_ONCE: usize = 2;

static FREE: Semaphore = Semaphore::const_new(AT_ONCE);

/// Runs work that reads disks and decodes, away from the threads that serve. `None`: it
/// panicked, over a file that a decoder was not made for.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    // The permit goes with the work, which goes on when nobody waits for it any more.
    let permit = FREE.acquire().await.ok()?;
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.inspect_err(|error| tracing::warn!(%error, "a file could not be looked into")).ok()
}
