//! The store in one SQLite file: all SQL of it is here.

mod calls;
mod examine;
mod files;
mod instances;
mod job;
mod join;
mod journal;
mod message_row;
mod notifications;
mod open;
mod open_error;
mod outbox;
mod people;
mod record;
mod rows;
mod secrets;
mod write;
mod writer;

use sqlx::SqlitePool;

use writer::Writer;

pub use open_error::OpenError;

/// A gateway's database.
///
/// Tokens are kept as text, since their owners are shown them again (`getInstances`): the
/// file is readable by its owner only, and deleted rows are overwritten.
pub struct SqliteStore {
    /// SQLite has one writer at a time: a task that owns the connection makes the queue ours,
    /// in order.
    writer: Writer,
    readers: SqlitePool,
}

fn database(error: sqlx::Error) -> siskin_store::StoreError {
    siskin_store::StoreError::Database(error.to_string())
}
