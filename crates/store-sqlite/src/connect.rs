use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// How many statements a connection keeps prepared: all that there are.
const STATEMENTS: usize = 128;
/// What the write-ahead log may keep on disk, in bytes, once it has been written back: as much
/// as it needs again.
const LOG_SIZE: i64 = 16_777_216;

/// Opens a database of the gateway's, to be read or to be written.
pub(crate) fn connect(
    path: &Path,
    flags: OpenFlags,
    busy: Duration,
) -> rusqlite::Result<Connection> {
    // Without SQLite's own locks: one thread has a connection at a time.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(busy)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: what was accepted or told survives a power cut too. NORMAL would only promise
    // that it survives the end of the process.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "journal_size_limit", LOG_SIZE)?;
    // What one job of a group may have to take back stays in memory.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}
