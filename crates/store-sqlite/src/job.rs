//! A piece of work on the database, and who waits for its outcome.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use siskin_store::{Cause, Result, StoreError};
use tokio::sync::oneshot;

/// A piece of work that is done once and answered once.
pub(crate) trait Job: Send {
    /// Does the work; whether it succeeded. If not, what it changed has to be taken back.
    fn run(&mut self, db: &Connection) -> bool;

    /// Tells the outcome to whoever waits for it; `lost` is why the work of the whole group
    /// was, if it was.
    fn answer(self: Box<Self>, lost: Option<&Cause>);
}

/// Work with its outcome.
pub(crate) struct Task<T, W> {
    work: Option<W>,
    outcome: Option<Result<T>>,
    waiting: oneshot::Sender<Result<T>>,
}

impl<T, W> Task<T, W>
where
    T: Send + 'static,
    W: FnOnce(&Connection) -> Result<T> + Send + 'static,
{
    /// The job, and where its outcome arrives.
    pub(crate) fn job(work: W) -> (Box<dyn Job>, oneshot::Receiver<Result<T>>) {
        let (waiting, outcome) = oneshot::channel();
        (Box::new(Self { work: Some(work), outcome: None, waiting }), outcome)
    }
}

impl<T, W> Job for Task<T, W>
where
    T: Send + 'static,
    W: FnOnce(&Connection) -> Result<T> + Send + 'static,
{
    fn run(&mut self, db: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        // A fault in one job must not end the thread that does everybody's. What the job has
        // left half-done is taken back, so nothing of the panic remains.
        let done = catch_unwind(AssertUnwindSafe(|| work(db)));
        let outcome = done.unwrap_or_else(|_| Err(StoreError::database("its work panicked")));
        let succeeded = outcome.is_ok();
        self.outcome = Some(outcome);
        succeeded
    }

    fn answer(self: Box<Self>, lost: Option<&Cause>) {
        let outcome = match (lost, self.outcome) {
            // Its own error says more than that of the group.
            (_, Some(Err(error))) => Err(error),
            (Some(why), _) => Err(StoreError::Database(why.clone())),
            (None, Some(done)) => done,
            (None, None) => Err(StoreError::database("its work was not done")),
        };
        // Whoever asked may have stopped waiting.
        let _ = self.waiting.send(outcome);
    }
}
