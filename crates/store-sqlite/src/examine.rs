//! Looks at a database without changing it: whatever is refused stays as it was.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::OpenError;
use crate::migrations::{FORMER_COUNT, newest};

/// What the first migration writes into the header of the file: "SISK".
const APPLICATION_ID: i64 = 0x5349_534b;

/// Makes sure that the file is missing, empty, or a database that this version can use.
pub(crate) fn examine(path: &Path, busy: Duration) -> Result<(), OpenError> {
    match std::fs::metadata(path) {
        Ok(file) if file.is_file() && file.len() == 0 => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(OpenError::io(path, &error)),
    }
    look(path, busy).map_err(|error| OpenError::sqlite(path, &error))?.judge(path)
}

/// What a database says of itself.
struct Header {
    application: i64,
    has_tables: bool,
    version: i64,
}

fn look(path: &Path, busy: Duration) -> rusqlite::Result<Header> {
    let db = Connection::open_with_flags(
        uri(path),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
    )?;
    db.busy_timeout(busy)?;
    let tables: i64 = db.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name <> ?",
        [FORMER_COUNT],
        |row| row.get(0),
    )?;
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get(0));
    Ok(Header {
        application: pragma("application_id")?,
        has_tables: tables > 0,
        version: pragma("user_version")?,
    })
}

/// The address of the file for SQLite. Without a log of another process to be read, not even
/// a lock file is made.
fn uri(path: &Path) -> String {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let immutable = u8::from(!Path::new(&wal).exists());
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable={immutable}")
}

impl Header {
    fn judge(&self, path: &Path) -> Result<(), OpenError> {
        if self.has_tables && self.application != APPLICATION_ID {
            return Err(OpenError::Foreign { path: path.to_owned() });
        }
        if self.version > newest() {
            return Err(OpenError::Newer { path: path.to_owned(), version: self.version });
        }
        Ok(())
    }
}
