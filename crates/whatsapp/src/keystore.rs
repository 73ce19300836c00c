mod fence;
mod fenced;
#[cfg(test)]
mod tests;
mod unwritten;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use siskin_fleet::{EngineError, Stored};
use siskin_model::{Account, InstanceId};
use wacore::store::Device;
use wacore::store::error::StoreError;
use wacore::store::traits::DeviceStore as _;
use whatsapp_rust::store::{SqliteStore, SqliteStoreConfig};

pub(crate) use self::fence::Fence;
pub(crate) use self::fenced::FencedStore;
use self::fenced::{chain, is_of_disk};
use self::unwritten::Unwritten;

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

/// The keys of all instances: a folder for each, and in it one database for each session
/// that was ever opened and has not been cleaned up.
///
/// A session has its database for itself. So a late write of an old session cannot touch
/// the keys of a new one, and removing keys is removing files.
pub(crate) struct Keystore {
    folder: PathBuf,
    linked: Arc<Mutex<HashMap<InstanceId, PathBuf>>>,
    unwritten: Mutex<HashMap<InstanceId, Arc<Unwritten>>>,
}

/// The database of one session.
pub(crate) struct Keys {
    pub(crate) instance: InstanceId,
    pub(crate) store: Arc<FencedStore>,
    pub(crate) fence: Arc<Fence>,
    path: PathBuf,
    linked: Arc<Mutex<HashMap<InstanceId, PathBuf>>>,
}

impl Keystore {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, linked: Arc::default(), unwritten: Mutex::default() }
    }

    fn folder_of(&self, instance: InstanceId) -> PathBuf {
        self.folder.join(instance.to_string())
    }

    /// Looks through what earlier sessions left: the keys of a link stay, all else goes.
    ///
    /// # Errors
    /// When the disk fails; nothing is said about the keys then.
    pub(crate) async fn stored(&self, instance: InstanceId) -> Result<Stored, EngineError> {
        let mut found = Stored::Nothing;
        let folder = self.folder_of(instance);
        for path in databases(&folder) {
            match account_in(instance, &path).await {
                Ok(Some(account)) => {
                    self.remember(instance, path);
                    found = Stored::Linked(account);
                }
                Ok(None) => remove_database(instance, &path)?,
                Err(error @ EngineError::Disk { .. }) => return Err(error),
                Err(error) => {
                    tracing::error!(%instance, %error, "a key file cannot be read");
                    if found == Stored::Nothing {
                        found = Stored::Unreadable;
                    }
                }
            }
        }
        // Gone if nothing was worth keeping; a folder that is not empty stays.
        let _ = std::fs::remove_dir(folder);
        Ok(found)
    }

    fn remember(&self, instance: InstanceId, path: PathBuf) {
        self.paths().insert(instance, path);
    }

    /// A new, empty database.
    pub(crate) async fn fresh(&self, instance: InstanceId) -> Result<Keys, EngineError> {
        let folder = self.folder_of(instance);
        let failed = |error: std::io::Error| disk_error(instance, "written", &error);
        let name: [u8; 8] = rand::random();
        let path = folder.join(format!("{}.db", hex::encode(name)));
        let made = make_private(&path).and_then(|()| require_room(&folder)).map_err(failed);
        let opened = match made {
            Ok(()) => open(instance, &path).await,
            Err(error) => Err(error),
        };
        let store = opened.inspect_err(|_| {
            // Best effort: what is left over is removed at the next start.
            let _ = remove_database(instance, &path);
        })?;
        Ok(self.keys(instance, path, store))
    }

    /// The database of the link. It takes what the last session could not write, and is
    /// written to once more: a session that could only read would lose what it receives.
    pub(crate) async fn linked(&self, instance: InstanceId) -> Result<Keys, EngineError> {
        let known = self.paths().get(&instance).cloned();
        let path = known.ok_or_else(|| keys_error(instance, "read", &"there are none"))?;
        // Opening would make an empty one in its place.
        std::fs::metadata(&path).map_err(|error| disk_error(instance, "read", &error))?;
        require_room(&self.folder_of(instance))
            .map_err(|error| disk_error(instance, "written", &error))?;
        let store = open(instance, &path).await?;
        let device = store.load().await.map_err(|error| store_error(instance, "read", &error))?;
        let device = device.filter(|device| account_of(device).is_some());
        let device = device.ok_or_else(|| keys_error(instance, "read", &"they are of no link"))?;
        let failed = |error: StoreError| store_error(instance, "written", &error);
        store.save(&device).await.map_err(failed)?;
        self.unwritten(instance).write_to(&store).await.map_err(failed)?;
        Ok(self.keys(instance, path, store))
    }

    fn keys(&self, instance: InstanceId, path: PathBuf, inner: SqliteStore) -> Keys {
        let fence = Arc::new(Fence::new(instance));
        let unwritten = self.unwritten(instance);
        let store = Arc::new(FencedStore { inner, fence: fence.clone(), unwritten });
        Keys { instance, store, fence, path, linked: self.linked.clone() }
    }

    fn paths(&self) -> MutexGuard<'_, HashMap<InstanceId, PathBuf>> {
        self.linked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unwritten(&self, instance: InstanceId) -> Arc<Unwritten> {
        let mut all = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(instance).or_default().clone()
    }

    /// Removes every database of the instance.
    pub(crate) async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError> {
        self.paths().remove(&instance);
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).remove(&instance);
        match std::fs::remove_dir_all(self.folder_of(instance)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(disk_error(instance, "removed", &error))
            }
            _ => Ok(()),
        }
    }
}

impl Keys {
    /// From now on these are the keys of the instance's link.
    pub(crate) fn are_linked(&self) {
        let mut linked = self.linked.lock().unwrap_or_else(PoisonError::into_inner);
        linked.insert(self.instance, self.path.clone());
    }

    /// What it means that no client could be made with them; they are discarded.
    pub(crate) fn not_opened(&self, error: EngineError) -> EngineError {
        self.discard_unlinked();
        match self.fence.is_closed() {
            true => disk_error(self.instance, "written", &error),
            false => error,
        }
    }

    /// Removes the database, if it is not a link's.
    pub(crate) fn discard_unlinked(&self) {
        let linked = {
            let linked = self.linked.lock().unwrap_or_else(PoisonError::into_inner);
            linked.get(&self.instance) == Some(&self.path)
        };
        if linked {
            return;
        }
        if let Err(error) = remove_database(self.instance, &self.path) {
            tracing::warn!(instance = %self.instance, %error, "left over until the next start");
        }
        // The folder stays: the next session may be about to put its database there.
    }
}

/// Makes an empty file that only its owner can read, in a folder of the same kind. SQLite gives
/// the files beside it the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
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

fn databases(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "db")).collect()
}

async fn open(instance: InstanceId, path: &Path) -> Result<SqliteStore, EngineError> {
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
fn require_room(folder: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    tempfile::tempfile_in(folder)?.write_all(&vec![0; ROOM])
}

async fn account_in(instance: InstanceId, path: &Path) -> Result<Option<Account>, EngineError> {
    let store = open(instance, path).await?;
    let device = store.load().await.map_err(|error| store_error(instance, "read", &error))?;
    Ok(device.as_ref().and_then(account_of))
}

/// The account that a device is linked to.
pub(crate) fn account_of(device: &Device) -> Option<Account> {
    let jid = device.pn.as_ref()?;
    Some(Account {
        phone: jid.user.parse().ok()?,
        device: jid.device,
        lid: device.lid.as_ref().map(|lid| lid.user.to_string()),
        push_name: device.push_name.clone(),
    })
}

/// Removes a database with the files that SQLite keeps beside it.
fn remove_database(instance: InstanceId, path: &Path) -> Result<(), EngineError> {
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

fn keys_error(
    instance: InstanceId,
    action: &'static str,
    why: &impl std::fmt::Display,
) -> EngineError {
    EngineError::Keys { instance, action, why: why.to_string() }
}

fn disk_error(
    instance: InstanceId,
    action: &'static str,
    why: &impl std::fmt::Display,
) -> EngineError {
    EngineError::Disk { instance, action, why: why.to_string() }
}

/// What a failure of the engine's store means: the disk, which may be well again later, or
/// keys that are no keys.
fn store_error(instance: InstanceId, action: &'static str, error: &StoreError) -> EngineError {
    let why = chain(error);
    // SQLite's words for a file that is damaged, or is none of its own.
    let is_damaged = ["malformed", "not a database"].iter().any(|word| why.contains(word));
    if is_of_disk(error) && !is_damaged {
        disk_error(instance, action, &why)
    } else {
        keys_error(instance, action, &why)
    }
}
