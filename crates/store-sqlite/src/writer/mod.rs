//! Group commit: one thread owns the connection that writes.
//!
//! Bringing a commit to the disk takes longer than the work in it. So the thread takes as many
//! jobs as wait, does each behind a savepoint of its own, commits once, and only then answers
//! those who asked. A job that fails takes back its own changes and nobody else's; if the
//! commit fails, nothing of the group has happened and all are told. Jobs are done in the
//! order in which they were handed in.

use std::sync::Arc;

use rusqlite::Connection;
use siskin_store::{Cause, Result, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::closed;
use crate::job::{Job, Task};

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
    /// Starts the thread.
    pub(crate) fn start(connection: Connection) -> std::io::Result<Self> {
        let (orders, received) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        thread.spawn(move || run(connection, received))?;
        Ok(Self { orders })
    }

    /// Has work done in its turn; waits for a place in the queue too while that is full.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (job, outcome) = Task::job(work);
        self.orders.send(Order::Do(job)).await.map_err(|_| closed())?;
        let ended = |_| Err(StoreError::database("the process is about to end"));
        outcome.await.unwrap_or_else(ended)
    }

    /// Does what was handed in so far, takes nothing more, and closes the connection.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        // A thread that is gone has closed it already.
        if self.orders.send(Order::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

fn run(db: Connection, mut orders: mpsc::Receiver<Order>) {
    let mut taken = Vec::with_capacity(GROUP);
    let mut group = Vec::with_capacity(GROUP);
    let mut closing = Vec::new();
    while orders.blocking_recv_many(&mut taken, GROUP) > 0 {
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
        carry_out(&db, &mut group);
    }
    close(db);
    for done in closing {
        // Whoever asked may have stopped waiting.
        let _ = done.send(());
    }
}

fn carry_out(db: &Connection, group: &mut Vec<Box<dyn Job>>) {
    if group.is_empty() {
        return;
    }
    let lost = transact(db, group).err().map(|error| Arc::new(error) as Cause);
    metrics::counter!("siskin_store_commits_total").increment(1);
    for job in group.drain(..) {
        job.answer(lost.as_ref());
    }
}

/// Does the jobs in one transaction. An error means that none of it has happened.
fn transact(db: &Connection, group: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    execute(db, "BEGIN IMMEDIATE")?;
    let done = group.iter_mut().try_for_each(|job| carry_out_one(db, &mut **job));
    let done = done.and_then(|()| execute(db, "COMMIT"));
    if done.is_err() && !db.is_autocommit() {
        execute(db, "ROLLBACK")?;
    }
    done
}

/// Any statement here fails if SQLite, out of room or after a bad read, has ended the whole
/// transaction: then what follows must not happen outside of it.
fn carry_out_one(db: &Connection, job: &mut dyn Job) -> rusqlite::Result<()> {
    execute(db, "SAVEPOINT job")?;
    if !job.run(db) {
        execute(db, "ROLLBACK TO job")?;
    }
    execute(db, "RELEASE job")
}

/// Several of them stand around each job: prepared once, they cost nearly nothing.
fn execute(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([]).map(drop)
}

fn close(db: Connection) {
    if let Err(error) = db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
        // The next start reads the write-ahead log instead.
        tracing::debug!(%error, "no checkpoint");
    }
    if let Err((_, error)) = db.close() {
        tracing::debug!(%error, "the database did not close");
    }
}

#[cfg(test)]
mod tests;
