//! A piece of work on the database, and who waits for its outcome.

use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use siskin_store::{Result, StoreError};
use sqlx::SqliteConnection;
use tokio::sync::oneshot;

/// A piece of work that is done once and answered once.
#[async_trait]
pub(crate) trait Job: Send {
    /// Whether it is one statement, which SQLite takes back by itself if it fails.
    fn is_atomic(&self) -> bool;

    /// Does the work; whether it succeeded. If not, what it changed has to be taken back.
    async fn run(&mut self, db: &mut SqliteConnection) -> bool;

    /// Tells the outcome to whoever waits for it. On `Err`, the work of the whole group was
    /// lost, for the reason given.
    fn answer(self: Box<Self>, committed: std::result::Result<(), &str>);
}

/// Work with its outcome.
pub(crate) struct Task<T, W> {
    work: Option<W>,
    is_atomic: bool,
    outcome: Option<Result<T>>,
    waiting: oneshot::Sender<Result<T>>,
}

impl<T, W> Task<T, W>
where
    T: Send + 'static,
    W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
{
    /// The job, and where its outcome arrives.
    pub(crate) fn job(work: W, is_atomic: bool) -> (Box<dyn Job>, oneshot::Receiver<Result<T>>) {
        let (waiting, outcome) = oneshot::channel();
        (Box::new(Self { work: Some(work), is_atomic, outcome: None, waiting }), outcome)
    }
}

#[async_trait]
impl<T, W> Job for Task<T, W>
where
    T: Send + 'static,
    W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
{
    fn is_atomic(&self) -> bool {
        self.is_atomic
    }

    async fn run(&mut self, db: &mut SqliteConnection) -> bool {
        let Some(work) = self.work.take() else { return false };
        // A fault in one job must not end the task that does everybody's. What the job has
        // left half-done is taken back, so nothing of the panic remains.
        let done = AssertUnwindSafe(async { work(db).await }).catch_unwind().await;
        let outcome = done.unwrap_or_else(|_| Err(failed("its work panicked")));
        let succeeded = outcome.is_ok();
        self.outcome = Some(outcome);
        succeeded
    }

    fn answer(self: Box<Self>, committed: std::result::Result<(), &str>) {
        let outcome = match (committed, self.outcome) {
            // Its own error says more than that of the group.
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(done)) => done,
            (Ok(()), None) => Err(failed("its work was not done")),
            (Err(why), _) => Err(failed(why)),
        };
        // Whoever asked may have stopped waiting.
        let _ = self.waiting.send(outcome);
    }
}

fn failed(why: &str) -> StoreError {
    StoreError::Database(why.to_owned())
}
