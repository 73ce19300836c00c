use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

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
    /// Another program has it.
    #[error(
        "the database {} is in use by another program\n  hint: stop the other program; it may \
         be a second gateway, a backup or a database shell", path.display()
    )]
    Locked {
        /// Where it is.
        path: PathBuf,
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
    /// It is a sound database of some other program.
    #[error(
        "the database {} is not Siskin's\n  hint: choose another data folder", path.display()
    )]
    Foreign {
        /// Where it is.
        path: PathBuf,
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

/// The primary result codes of SQLite that have a meaning here; the rest of an extended code
/// is in its higher bits (<https://sqlite.org/rescode.html>).
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const NOT_A_DATABASE: i32 = 26;
    pub(super) const PRIMARY: i32 = 0xff;
}

impl OpenError {
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Inaccessible { path: path.to_owned(), why: error.to_string() }
    }

    pub(crate) fn sqlite(path: &Path, error: &sqlx::Error) -> Self {
        let path = path.to_owned();
        let why = error.to_string();
        let extended = error.as_database_error().and_then(|error| error.code());
        let extended: i32 = extended.and_then(|code| code.parse().ok()).unwrap_or_default();
        match extended & code::PRIMARY {
            code::BUSY | code::LOCKED => Self::Locked { path },
            code::CORRUPT | code::NOT_A_DATABASE => Self::Damaged { path, why },
            _ => Self::Inaccessible { path, why },
        }
    }

    pub(crate) fn migration(path: &Path, error: &MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                Self::sqlite(path, error)
            }
            MigrateError::VersionMissing(version) => {
                Self::Newer { path: path.to_owned(), version: *version }
            }
            other => Self::Damaged { path: path.to_owned(), why: other.to_string() },
        }
    }
}
