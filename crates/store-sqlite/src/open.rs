use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::SqliteStore;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long to wait for another process that has the file; there should be none.
const BUSY: Duration = Duration::from_secs(5);
/// Reads are short; more connections would only hold memory.
const READERS: u32 = 2;
/// The page cache of each connection, in KiB (SQLite's negative `cache_size`).
const PAGE_CACHE: &str = "-1024";

/// The database could not be opened; nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be read or written.
    #[error(
        "the database {} cannot be opened: {why}\n  hint: check the rights of the file and \
         its folder, and that the disk is not full", path.display()
    )]
    Inaccessible {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// It is no database, or a damaged one.
    #[error(
        "{} is not a database that Siskin can read: {why}\n  hint: restore it from a backup, \
         or move it away to start anew", path.display()
    )]
    Damaged {
        /// Where it is.
        path: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// A newer version of Siskin has changed its tables.
    #[error(
        "the database {} was made by a newer version of Siskin (migration {version})\n  hint: \
         update Siskin, or choose another data folder", path.display()
    )]
    Newer {
        /// Where it is.
        path: PathBuf,
        /// The migration that this version does not know.
        version: i64,
    },
}

impl SqliteStore {
    /// Opens the database, making it or bringing its tables up to date where needed.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        make_private(path)?;
        let classify = |error: sqlx::Error| classify(path, &error);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: what was accepted or told survives a power cut too. Writes are few
            // and committed together; NORMAL would only promise the end of the process.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .pragma("secure_delete", "ON")
            .pragma("cache_size", PAGE_CACHE);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(classify)?;
        if let Err(error) = MIGRATIONS.run(&writer).await {
            writer.close().await;
            return Err(classify_migration(path, error));
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await
            .map_err(classify)?;
        Ok(Self { writer, readers })
    }

    /// Writes everything into the one file and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        checkpoint(&self.writer).await;
        self.writer.close().await;
    }
}

async fn checkpoint(writer: &SqlitePool) {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await {
        // The next start reads the write-ahead log instead.
        tracing::debug!(%error, "no checkpoint");
    }
}

/// Makes an empty file that only its owner can read, if there is none.
fn make_private(path: &Path) -> Result<(), OpenError> {
    let mut options = std::fs::File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let why = |error: std::io::Error| OpenError::Inaccessible {
        path: path.to_owned(),
        why: error.to_string(),
    };
    options.open(path).map(drop).map_err(why)
}

fn classify(path: &Path, error: &sqlx::Error) -> OpenError {
    let path = path.to_owned();
    let why = error.to_string();
    // SQLITE_CORRUPT and SQLITE_NOTADB.
    let damaged = error
        .as_database_error()
        .and_then(|error| error.code())
        .is_some_and(|code| matches!(code.as_ref(), "11" | "26"));
    if damaged { OpenError::Damaged { path, why } } else { OpenError::Inaccessible { path, why } }
}

fn classify_migration(path: &Path, error: MigrateError) -> OpenError {
    match error {
        MigrateError::VersionMissing(version) => {
            OpenError::Newer { path: path.to_owned(), version }
        }
        MigrateError::Execute(error) => classify(path, &error),
        other => OpenError::Damaged { path: path.to_owned(), why: other.to_string() },
    }
}
