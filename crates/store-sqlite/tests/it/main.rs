//! The SQLite store against the promises of its traits, against the store in memory, and
//! against damaged, foreign and newer files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conformance;
mod durability;
mod oracle;
mod refusal;
mod upgrade;

use std::path::PathBuf;

use siskin_store_sqlite::SqliteStore;
use tempfile::TempDir;

/// A folder for a database, and the database's path in it.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siskin.db");
    (folder, path)
}

async fn fresh() -> (SqliteStore, TempDir) {
    let (folder, path) = folder();
    (SqliteStore::open(&path).await.unwrap(), folder)
}
