use futures::future::BoxFuture;
use siskin_store::{Result, StoreError};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};

use crate::job::Task;
use crate::{SqliteStore, database};

impl SqliteStore {
    /// Does work that changes the database, whole or not at all. `Ok`: it is on disk.
    ///
    /// Whoever stops waiting does no harm: work that was handed in is done, or not, whole.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.hand_in(work, false).await
    }

    /// As [`Self::write`], for work that is one statement and can only fail with it: it needs
    /// no savepoint.
    pub(crate) async fn write_one<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.hand_in(work, true).await
    }

    async fn hand_in<T, W>(&self, work: W, is_atomic: bool) -> Result<T>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (job, outcome) = Task::job(work, is_atomic);
        self.writer.submit(job).await?;
        let ended = |_| Err(StoreError::Database("the process is about to end".to_owned()));
        outcome.await.unwrap_or_else(ended)
    }

    /// Executes one statement; how many rows it changed.
    pub(crate) async fn execute<B>(&self, sql: &'static str, bind: B) -> Result<u64>
    where
        B: FnOnce(Query<'_, Sqlite, SqliteArguments>) -> Query<'_, Sqlite, SqliteArguments>
            + Send
            + 'static,
    {
        self.write_one(move |db| {
            Box::pin(async move {
                let done = bind(sqlx::query(sql)).execute(db).await.map_err(database)?;
                Ok(done.rows_affected())
            })
        })
        .await
    }
}
