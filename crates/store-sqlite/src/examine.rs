//! Looks at a database without changing it: whatever is refused stays as it was.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::OpenError;
use crate::open::MIGRATIONS;

/// What the first migration writes into the header of the file: "SISK".
const APPLICATION_ID: i64 = 0x5349_534b;

/// Makes sure that the file is missing, empty, or a database that this version can use.
pub(crate) async fn examine(path: &Path, busy: Duration) -> Result<(), OpenError> {
    match std::fs::metadata(path) {
        Ok(file) if file.is_file() && file.len() == 0 => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(OpenError::io(path, &error)),
    }
    let failed = |error: sqlx::Error| OpenError::sqlite(path, &error);
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        // Without a log of another process to be read, not even a lock file is made.
        .immutable(!Path::new(&wal).exists())
        .busy_timeout(busy)
        .connect()
        .await
        .map_err(failed)?;
    let judged = judge(&mut connection, path).await;
    connection.close().await.map_err(failed)?;
    judged
}

async fn judge(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let failed = |error: sqlx::Error| OpenError::sqlite(path, &error);
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?;
    let migrated = tables.iter().any(|table| table == MIGRATIONS.table_name.as_ref());
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    // A start that was cut short may have left the table of migrations and nothing else.
    let unfinished = tables.is_empty() || (migrated && tables.len() == 1);
    if application != APPLICATION_ID && !unfinished {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    if !migrated {
        return Ok(());
    }
    let versions: Vec<i64> =
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version DESC")
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?;
    match versions.into_iter().find(|version| !MIGRATIONS.version_exists(*version)) {
        Some(version) => Err(OpenError::Newer { path: path.to_owned(), version }),
        None => Ok(()),
    }
}
