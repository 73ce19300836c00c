//! Group commit: one task owns the connection that writes.
//!
//! Bringing a commit to the disk takes longer than the work in it. So the task takes as many
//! jobs as wait, does each behind a savepoint of its own, commits once, and only then answers
//! those who asked. A job that fails takes back its own changes and nobody else's; if the
//! commit fails, nothing of the group has happened and all are told. Jobs are done in the
//! order in which they were handed in.

use siskin_store::{Result, StoreError};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::job::Job;

/// How many jobs may wait; whoever has another one waits until there is room.
const WAITING: usize = 1024;
/// How many jobs are done in one transaction: a bound for what the first one waits for.
const GROUP: usize = 128;

/// Where jobs are handed in.
pub(crate) struct Writer {
    orders: mpsc::Sender<Order>,
}

enum Order {
    Do(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the task.
    pub(crate) fn start(connection: SqliteConnection) -> Self {
        let (orders, received) = mpsc::channel(WAITING);
        tokio::spawn(run(connection, received));
        Self { orders }
    }

    /// Hands in a job; waits while too many do.
    pub(crate) async fn submit(&self, job: Box<dyn Job>) -> Result<()> {
        let sent = self.orders.send(Order::Do(job)).await;
        sent.map_err(|_| StoreError::Database("it is closed".to_owned()))
    }

    /// Does what was handed in so far, takes nothing more, and closes the connection.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        // A task that is gone has closed it already.
        if self.orders.send(Order::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

async fn run(mut db: SqliteConnection, mut orders: mpsc::Receiver<Order>) {
    let mut taken = Vec::with_capacity(GROUP);
    let mut group = Vec::with_capacity(GROUP);
    let mut closing = Vec::new();
    while orders.recv_many(&mut taken, GROUP).await > 0 {
        for order in taken.drain(..) {
            match order {
                Order::Do(job) => group.push(job),
                Order::Close(done) => {
                    orders.close();
                    closing.push(done);
                }
            }
        }
        metrics::gauge!("siskin_store_jobs_waiting").set(orders.len() as f64);
        metrics::counter!("siskin_store_jobs_total").increment(group.len() as u64);
        carry_out(&mut db, &mut group).await;
    }
    checkpoint(&mut db).await;
    if let Err(error) = db.close().await {
        tracing::debug!(%error, "the database did not close");
    }
    for done in closing {
        // Whoever asked may have stopped waiting.
        let _ = done.send(());
    }
}

async fn carry_out(db: &mut SqliteConnection, group: &mut Vec<Box<dyn Job>>) {
    if group.is_empty() {
        return;
    }
    let committed = transact(db, group).await.map_err(|error| error.to_string());
    if committed.is_err() {
        // What is open, if anything is: SQLite ends some transactions by itself.
        let _ = control(db, "ROLLBACK").await;
    }
    metrics::counter!("siskin_store_commits_total").increment(1);
    for job in group.drain(..) {
        job.answer(committed.as_ref().map(|_| ()).map_err(String::as_str));
    }
}

/// Does the jobs in one transaction. An error means that none of it has happened.
async fn transact(db: &mut SqliteConnection, group: &mut [Box<dyn Job>]) -> sqlx::Result<()> {
    if let [only] = group {
        return alone(db, only.as_mut()).await;
    }
    control(db, "BEGIN IMMEDIATE; SAVEPOINT job").await?;
    // Whether anything has happened since the savepoint that must stay.
    let mut is_stale = false;
    for job in group {
        if is_stale && !job.is_atomic() {
            control(db, RENEW).await?;
        }
        is_stale = job.run(db).await;
        if !is_stale {
            // Either fails if SQLite, out of room or after a bad read, has ended the whole
            // transaction: then what follows must not happen outside of it.
            control(db, if job.is_atomic() { RENEW } else { "ROLLBACK TO job" }).await?;
        }
    }
    control(db, "COMMIT").await
}

/// Sets the savepoint anew: what happened so far stays whatever the next job does.
const RENEW: &str = "RELEASE job; SAVEPOINT job";

/// The transaction is savepoint enough for one job, and one statement is a transaction.
async fn alone(db: &mut SqliteConnection, job: &mut dyn Job) -> sqlx::Result<()> {
    if job.is_atomic() {
        job.run(db).await;
        return Ok(());
    }
    control(db, "BEGIN IMMEDIATE").await?;
    let end = if job.run(db).await { "COMMIT" } else { "ROLLBACK" };
    control(db, end).await
}

async fn control(db: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    sqlx::query(sql).execute(db).await.map(|_| ())
}

async fn checkpoint(db: &mut SqliteConnection) {
    if let Err(error) = control(db, "PRAGMA wal_checkpoint(TRUNCATE)").await {
        // The next start reads the write-ahead log instead.
        tracing::debug!(%error, "no checkpoint");
    }
}

#[cfg(test)]
mod tests;
