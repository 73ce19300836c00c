use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

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

impl OpenError {
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Inaccessible { path: path.to_owned(), why: error.to_string() }
    }

    pub(crate) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path, why }
            }
            _ => Self::Inaccessible { path, why },
        }
    }

    pub(crate) fn migration(path: &Path, error: &rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => Self::sqlite(path, err),
            other => Self::Damaged { path: path.to_owned(), why: other.to_string() },
        }
    }
}
