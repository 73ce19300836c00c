//! The file of one key database.

use std::path::{Path, PathBuf};
use std::time::Duration;

use siskin_fleet::port::EngineError;
use siskin_model::InstanceId;
use whatsapp_rust::store::{SqliteStore, SqliteStoreConfig};

use super::error::{disk_error, keys_error, store_error};

/// The page cache of one number's database. Its working set is a few pages; the engine's
/// default of 512 KiB would double the memory of an idle number.
const PAGE_CACHE_KIB: u32 = 64;
/// How long to wait for another process that has a database; there should be none. The engine
/// tries six times, and its default of 30 s each would hold up whoever waits for the session.
const BUSY: Duration = Duration::from_secs(1);
/// What every SQLite database begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";
/// How much room there must be for a session, in bytes: about what a few messages take.
const ROOM: usize = 256 * 1024;

/// Makes an empty file that only its owner can read, in a folder of the same kind. SQLite gives
/// the files beside it the same mode.
pub(super) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut folders = std::fs::DirBuilder::new();
    let mut options = std::fs::File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    path.parent().map_or(Ok(()), |folder| folders.recursive(true).create(folder))?;
    options.open(path).map(drop)
}

/// The databases in a folder; none where there is no folder.
pub(super) fn databases(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "db")).collect()
}

/// Opens a database, or makes one.
pub(super) async fn open(instance: InstanceId, path: &Path) -> Result<SqliteStore, EngineError> {
    // WAL with synchronous=NORMAL, the engine's choice: what is written survives the end of
    // the process, though not always a power cut. A number then asks its contacts to
    // resend, which the protocol provides for.
    if is_something_else(path).map_err(|error| disk_error(instance, "read", &error))? {
        return Err(keys_error(instance, "read", &"the file is not a database"));
    }
    let config = SqliteStoreConfig {
        cache_size_kib: PAGE_CACHE_KIB,
        busy_timeout: BUSY,
        ..Default::default()
    };
    let store = SqliteStore::with_config(&path.to_string_lossy(), config).await;
    store.map_err(|error| store_error(instance, "read", &error))
}

/// Whether there is a file that is no database. The engine would try for half a minute.
fn is_something_else(path: &Path) -> std::io::Result<bool> {
    use std::io::Read as _;
    let mut beginning = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut beginning));
    match read {
        Ok(count) => Ok(count > 0 && beginning != SQLITE),
        // A new one is about to be made.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes sure that there is some room on the disk: a database may have room of its own for
/// the first writes, and fail at a message.
pub(super) fn require_room(folder: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    tempfile::tempfile_in(folder)?.write_all(&vec![0; ROOM])
}

/// Removes a database with the files that SQLite keeps beside it.
pub(super) fn remove_database(instance: InstanceId, path: &Path) -> Result<(), EngineError> {
    for end in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(disk_error(instance, "removed", &error));
            }
            _ => {}
        }
    }
    Ok(())
}
