//! The connections that read. Reads are short, but the disk may be slow: they are done on
//! threads that may wait.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use siskin_store::{Result, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::closed;
use crate::connect::connect;

/// How many reads go on at the same time; more connections would only hold memory.
const READERS: usize = 2;
/// The page cache of a connection that reads, in KiB (SQLite's negative `cache_size`).
const CACHE: i64 = -1024;

pub(crate) struct Readers {
    /// As many turns as connections.
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(crate) fn open(path: &Path, busy: Duration) -> rusqlite::Result<Self> {
        let mut idle = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, busy)?;
            connection.pragma_update(None, "cache_size", CACHE)?;
            idle.push(connection);
        }
        let turns = Arc::new(Semaphore::new(idle.len()));
        Ok(Self { turns, idle: Arc::new(Mutex::new(idle)) })
    }

    /// Does work with one of the connections when it is free. Whoever stops waiting does no
    /// harm.
    pub(crate) async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| closed())?;
        let lent = BorrowedConnection::take(self.idle.clone(), turn).ok_or_else(closed)?;
        let read = tokio::task::spawn_blocking(move || {
            lent.connection.as_ref().map_or_else(|| Err(closed()), work)
        });
        read.await.unwrap_or_else(|error| Err(StoreError::database(error)))
    }

    /// Waits for the reads that go on, and closes the connections.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(READERS).unwrap_or(u32::MAX);
        if let Ok(turns) = self.turns.acquire_many(all).await {
            self.turns.close();
            drop(turns);
        }
        self.idle.lock().clear();
    }
}

/// A connection that somebody works with. It goes back however that ends.
struct BorrowedConnection {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _turn: OwnedSemaphorePermit,
}

impl BorrowedConnection {
    fn take(idle: Arc<Mutex<Vec<Connection>>>, turn: OwnedSemaphorePermit) -> Option<Self> {
        let connection = Some(idle.lock().pop()?);
        Some(Self { connection, idle, _turn: turn })
    }
}

impl Drop for BorrowedConnection {
    fn drop(&mut self) {
        self.idle.lock().extend(self.connection.take());
    }
}
