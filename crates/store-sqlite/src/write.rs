use futures::future::BoxFuture;
use siskin_store::Result;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};

use crate::{SqliteStore, database};

impl SqliteStore {
    /// Does work that changes the database, whole or not at all. `Ok`: it is on disk.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let mut transaction = self.writer.begin().await.map_err(database)?;
        let done = work(&mut transaction).await?;
        transaction.commit().await.map_err(database)?;
        Ok(done)
    }

    /// Executes one statement; how many rows it changed.
    pub(crate) async fn execute<B>(&self, sql: &'static str, bind: B) -> Result<u64>
    where
        B: FnOnce(Query<'_, Sqlite, SqliteArguments>) -> Query<'_, Sqlite, SqliteArguments>
            + Send
            + 'static,
    {
        self.write(move |db| {
            Box::pin(async move {
                let done = bind(sqlx::query(sql)).execute(db).await.map_err(database)?;
                Ok(done.rows_affected())
            })
        })
        .await
    }
}
