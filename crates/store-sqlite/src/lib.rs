//! The store in one SQLite file: all SQL of it is here.

mod examine;
mod instances;
mod notifications;
mod open;
mod open_error;
mod rows;
mod secrets;

use sqlx::SqlitePool;

pub use open_error::OpenError;

/// A gateway's database.
///
/// Tokens are kept as text, since their owners are shown them again (`getInstances`): the
/// file is readable by its owner only, and deleted rows are overwritten.
pub struct SqliteStore {
    /// SQLite has one writer at a time: a pool of one makes the queue ours, in order.
    writer: SqlitePool,
    readers: SqlitePool,
}

fn database(error: sqlx::Error) -> siskin_store::StoreError {
    siskin_store::StoreError::Database(error.to_string())
}
