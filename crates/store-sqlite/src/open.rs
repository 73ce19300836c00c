use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::examine::examine;
use crate::writer::Writer;
use crate::{OpenError, SqliteStore};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long to wait for another process that has the file; there should be none.
const BUSY: Duration = Duration::from_secs(5);
/// Reads are short; more connections would only hold memory.
const READERS: u32 = 2;
/// The page cache of a connection that reads, in KiB (SQLite's negative `cache_size`).
const READ_CACHE: &str = "-1024";
/// That of the one that writes: what a group of jobs changes has to fit in, or pages are
/// written and read again before the commit.
const WRITE_CACHE: &str = "-8192";
/// After how many pages the write-ahead log is written back. The pages that change all the
/// time, such as the ends of logs, are written back once each time, however often they are in
/// it; so four times SQLite's default.
const LOG_PAGES: &str = "4000";
/// What the write-ahead log may keep on disk, in bytes, once it has been written back: as much
/// as it needs again.
const LOG_SIZE: &str = "16777216";

impl SqliteStore {
    /// Opens the database, making it or bringing its tables up to date where needed.
    ///
    /// # Errors
    /// See [`OpenError`]. The file is as it was before then.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_within(path, BUSY).await
    }

    pub(crate) async fn open_within(path: &Path, busy: Duration) -> Result<Self, OpenError> {
        examine(path, busy).await?;
        make_private(path).map_err(|error| OpenError::io(path, &error))?;
        let failed = |error: sqlx::Error| OpenError::sqlite(path, &error);
        let options = options(path, busy);
        let writer = options.clone().pragma("cache_size", WRITE_CACHE);
        let mut writer =
            writer.pragma("wal_autocheckpoint", LOG_PAGES).connect().await.map_err(failed)?;
        if let Err(error) = MIGRATIONS.run(&mut writer).await {
            // That it could not be brought up to date says more than how it closed.
            let _ = writer.close().await;
            return Err(OpenError::migration(path, &error));
        }
        let readers = pool(READERS).connect_with(options.read_only(true)).await.map_err(failed)?;
        Ok(Self { writer: Writer::start(writer), readers })
    }

    /// Does what was asked for so far, writes everything into the one file and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(path: &Path, busy: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: what was accepted or told survives a power cut too. NORMAL would only
        // promise that it survives the end of the process.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(busy)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .pragma("cache_size", READ_CACHE)
        .pragma("journal_size_limit", LOG_SIZE)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    // A file in the same machine: connections neither age nor break.
    SqlitePoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .max_lifetime(None)
        .idle_timeout(None)
}

/// Makes an empty file if there is none, and sees to it that only its owner can read it.
/// SQLite gives the files beside it the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    #[cfg(not(unix))]
    drop(file);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_database_that_another_program_writes_to_is_locked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("siskin.db");
        let busy = Duration::from_millis(50);
        SqliteStore::open_within(&path, busy).await.unwrap().close().await;
        let other = pool(1).connect_with(SqliteConnectOptions::new().filename(&path));
        let other = other.await.unwrap();
        sqlx::query("PRAGMA locking_mode = EXCLUSIVE").execute(&other).await.unwrap();
        sqlx::query("BEGIN EXCLUSIVE").execute(&other).await.unwrap();
        let refused = SqliteStore::open_within(&path, busy).await.err();
        assert!(matches!(refused, Some(OpenError::Locked { .. })), "{refused:?}");

        other.close().await;
        assert!(SqliteStore::open_within(&path, busy).await.is_ok());
    }
}
