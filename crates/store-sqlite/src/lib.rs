//! The store in one SQLite file: all SQL of it is here.

mod calls;
mod connect;
mod deleted;
mod examine;
mod files;
mod health;
mod instances;
mod job;
mod join;
mod journal;
mod message_row;
mod migrations;
mod notifications;
mod open;
mod open_error;
mod outbox;
mod people;
mod person_row;
mod query;
mod readers;
mod record;
mod rows;
mod secrets;
mod timers;
mod writer;

use std::path::PathBuf;

use readers::Readers;
use rusqlite::Connection;
use siskin_store::{Result, StoreError};
use writer::Writer;

pub use open_error::OpenError;

/// A gateway's database.
///
/// Tokens are kept as text, since their owners are shown them again (`getInstances`): the
/// file is readable by its owner only, and deleted rows are overwritten.
pub struct SqliteStore {
    /// SQLite has one writer at a time: a thread that owns the connection makes the queue
    /// ours, in order.
    writer: Writer,
    readers: Readers,
    path: PathBuf,
}

impl SqliteStore {
    /// Does work that changes the database, whole or not at all. `Ok`: it is on disk.
    ///
    /// Whoever stops waiting does no harm: work that was handed in is done, or not, whole.
    async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Reads what is committed.
    async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.readers.read(work).await
    }
}

fn database(error: rusqlite::Error) -> StoreError {
    StoreError::database(error)
}

fn closed() -> StoreError {
    StoreError::database("it is closed")
}
