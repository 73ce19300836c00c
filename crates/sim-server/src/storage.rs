//! The data folder: one file for the server's own keys, one per group, and one per account,
//! which its phone writes. A file is replaced as a whole, so that a killed process leaves the old
//! one or the new one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::noise::ServerIdentity;

/// The newest format of the files that this version writes and reads.
const FORMAT: u32 = 1;
const SERVER_FILE: &str = "server.json";
const LOCK_FILE: &str = "lock";
const ACCOUNTS_FOLDER: &str = "accounts";
const CHATS_FOLDER: &str = "chats";
const GROUPS_FOLDER: &str = "groups";

/// Where state is kept.
pub enum Storage {
    /// Nowhere: it ends with the process.
    Memory,
    /// In a folder.
    Folder(PathBuf),
}

/// A data folder that this process has for itself, as long as this lives.
pub struct FolderLock {
    /// Held open: the lock ends with the process, however it ends.
    _file: File,
}

impl FolderLock {
    /// Locks the folder, making it where it is missing.
    ///
    /// # Errors
    /// When another process has it, or it cannot be used.
    pub fn take(folder: &Path) -> Result<Self, Error> {
        create_private_folder(folder)?;
        let path = folder.join(LOCK_FILE);
        let file = private_file(&path).map_err(|source| io_error(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(io_error(&path, source)),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored<T> {
    format: u32,
    content: T,
}

/// Only the format, which is readable whatever the content has become.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Storage {
    /// Opens the folder, making it where it is missing; without one, memory.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, Error> {
        let Some(folder) = folder else {
            return Ok(Self::Memory);
        };
        create_private_folder(&folder.join(ACCOUNTS_FOLDER))?;
        create_private_folder(&folder.join(CHATS_FOLDER))?;
        create_private_folder(&folder.join(GROUPS_FOLDER))?;
        Ok(Self::Folder(folder.to_owned()))
    }

    /// The network's keys, made and kept at the first start.
    pub(crate) fn load_or_create_server(&self) -> Result<ServerIdentity, Error> {
        let Self::Folder(path) = self else {
            return Ok(ServerIdentity::generate()?);
        };
        let file = path.join(SERVER_FILE);
        if file.exists() {
            return read(&file);
        }
        let server = ServerIdentity::generate()?;
        replace(&file, &encode(&file, &server)?, Durability::Disk)?;
        Ok(server)
    }

    /// The files of all accounts.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn account_files(&self) -> Result<Vec<PathBuf>, Error> {
        match self {
            Self::Memory => Ok(Vec::new()),
            Self::Folder(path) => json_files(&path.join(ACCOUNTS_FOLDER)),
        }
    }

    /// The files of all groups.
    pub(crate) fn group_files(&self) -> Result<Vec<PathBuf>, Error> {
        match self {
            Self::Memory => Ok(Vec::new()),
            Self::Folder(path) => json_files(&path.join(GROUPS_FOLDER)),
        }
    }

    /// The file in which a phone notes what changes in its chats; none in memory.
    pub fn journal(&self, phone: &str) -> Option<PathBuf> {
        match self {
            Self::Memory => None,
            Self::Folder(path) => Some(path.join(CHATS_FOLDER).join(format!("{phone}.jsonl"))),
        }
    }

    /// The file of a group; none in memory.
    pub(crate) fn group_file(&self, id: &str) -> Option<PathBuf> {
        match self {
            Self::Memory => None,
            Self::Folder(path) => Some(path.join(GROUPS_FOLDER).join(format!("{id}.json"))),
        }
    }

    /// The file of an account; none in memory.
    pub fn account_file(&self, phone: &str) -> Option<PathBuf> {
        match self {
            Self::Memory => None,
            Self::Folder(path) => Some(path.join(ACCOUNTS_FOLDER).join(format!("{phone}.json"))),
        }
    }
}

/// What a written file outlives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Durability {
    Process,
    Disk,
}

fn encode<T: Serialize>(file: &Path, content: &T) -> Result<Vec<u8>, Error> {
    let stored = Stored { format: FORMAT, content };
    serde_json::to_vec(&stored).map_err(|error| unreadable(file, &error))
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| io_error(folder, source))? {
        let file = entry.map_err(|source| io_error(folder, source))?.path();
        if file.extension().is_some_and(|extension| extension == "json") {
            files.push(file);
        }
    }
    Ok(files)
}

/// Writes a file so that it survives this process, but not the machine.
///
/// # Errors
/// When it cannot be written.
pub fn write<T: Serialize>(file: &Path, content: &T) -> Result<(), Error> {
    replace(file, &encode(file, content)?, Durability::Process)
}

/// Writes a file; on return it is on disk. The work leaves the async threads.
///
/// # Errors
/// When it cannot be written.
pub async fn write_to_disk<T: Serialize>(file: &Path, content: &T) -> Result<(), Error> {
    let bytes = encode(file, content)?;
    let task_file = file.to_owned();
    tokio::task::spawn_blocking(move || replace(&task_file, &bytes, Durability::Disk))
        .await
        .map_err(|error| io_error(file, io::Error::other(error)))?
}

/// Removes a file.
pub(crate) fn remove(file: &Path) -> Result<(), Error> {
    fs::remove_file(file).map_err(|source| io_error(file, source))
}

/// Reads what a file holds, whatever else is in it.
///
/// # Errors
/// When it is damaged, or of a newer version.
pub fn read<T: DeserializeOwned>(file: &Path) -> Result<T, Error> {
    let bytes = fs::read(file).map_err(|source| io_error(file, source))?;
    let Format { format } =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(file, &error))?;
    if format > FORMAT {
        return Err(Error::Newer { path: file.to_owned(), found: format, supported: FORMAT });
    }
    let stored: Stored<T> =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(file, &error))?;
    Ok(stored.content)
}

/// Writes beside the file, then renames over it.
fn replace(file: &Path, bytes: &[u8], durability: Durability) -> Result<(), Error> {
    let new = file.with_extension("new");
    let write = || {
        let mut out = private_file(&new)?;
        out.set_len(0)?;
        out.write_all(bytes)?;
        if durability == Durability::Disk {
            out.sync_data()?;
        }
        fs::rename(&new, file)
    };
    write().map_err(|source| io_error(file, source))
}

/// Opens a file that only this user may read: it holds private keys.
///
/// # Errors
/// As the system has them.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn create_private_folder(path: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| io_error(path, source))
}

/// What the system said about a file.
pub fn io_error(path: &Path, source: io::Error) -> Error {
    Error::Io { path: path.to_owned(), source }
}

/// A file that does not hold what it should.
pub fn unreadable(path: &Path, reason: &serde_json::Error) -> Error {
    // Not the error's own text: it may quote the file, which holds private keys.
    Error::Unreadable {
        path: path.to_owned(),
        reason: format!(
            "{:?} error at line {} column {}",
            reason.classify(),
            reason.line(),
            reason.column()
        ),
    }
}
