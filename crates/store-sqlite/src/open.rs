use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;

use crate::connect::connect;
use crate::examine::examine;
use crate::migrations::migrate;
use crate::readers::Readers;
use crate::writer::Writer;
use crate::{OpenError, SqliteStore};

/// How long to wait for another process that has the file; there should be none.
const BUSY: Duration = Duration::from_secs(5);
/// The page cache of the connection that writes, in KiB (SQLite's negative `cache_size`): what
/// a group of jobs changes has to fit in, or pages are written and read again before the
/// commit.
const CACHE: i64 = -8192;
/// After how many pages the write-ahead log is written back. The pages that change all the
/// time, such as the ends of logs, are written back once each time, however often they are in
/// it; so four times SQLite's default.
const LOG_PAGES: i64 = 4000;

impl SqliteStore {
    /// Opens the database, making it or bringing its tables up to date where needed.
    ///
    /// # Errors
    /// See [`OpenError`]. The file is as it was before then.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let path = path.to_owned();
        let opened = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || Self::open_within(&path, BUSY)).await
        };
        opened.unwrap_or_else(|error| Err(OpenError::io(&path, &error.into())))
    }

    pub(crate) fn open_within(path: &Path, busy: Duration) -> Result<Self, OpenError> {
        examine(path, busy)?;
        make_private(path).map_err(|error| OpenError::io(path, &error))?;
        let failed = |error: rusqlite::Error| OpenError::sqlite(path, &error);
        let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, busy).map_err(failed)?;
        db.pragma_update(None, "cache_size", CACHE).map_err(failed)?;
        db.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(failed)?;
        migrate(&mut db).map_err(|error| OpenError::migration(path, &error))?;
        let readers = Readers::open(path, busy).map_err(failed)?;
        let writer = Writer::start(db).map_err(|error| OpenError::io(path, &error))?;
        Ok(Self { writer, readers, path: path.to_owned() })
    }

    /// Does what was asked for so far, writes everything into the one file and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
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
    use rusqlite::Connection;

    #[tokio::test]
    async fn a_database_that_another_program_writes_to_is_locked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("siskin.db");
        let busy = Duration::from_millis(50);
        SqliteStore::open_within(&path, busy).unwrap().close().await;
        let other = Connection::open(&path).unwrap();
        other.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let refused = SqliteStore::open_within(&path, busy).err();
        assert!(matches!(refused, Some(OpenError::Locked { .. })), "{refused:?}");

        other.close().unwrap();
        assert!(SqliteStore::open_within(&path, busy).is_ok());
    }
}
