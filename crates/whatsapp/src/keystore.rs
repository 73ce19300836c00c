use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use siskin_fleet::{EngineError, Stored};
use siskin_model::{Account, InstanceId};
use wacore::store::Device;
use wacore::store::traits::DeviceStore as _;
use whatsapp_rust::store::{SqliteStore, SqliteStoreConfig};

/// The page cache of one number's database. Its working set is a few pages; the engine's
/// default of 512 KiB would double the memory of an idle number.
const PAGE_CACHE_KIB: u32 = 64;

/// The keys of all instances: a folder for each, and in it one database for each session
/// that was ever opened and has not been cleaned up.
///
/// A session has its database for itself. So a late write of an old session cannot touch
/// the keys of a new one, and removing keys is removing files.
pub(crate) struct Keystore {
    folder: PathBuf,
    linked: Arc<Mutex<HashMap<InstanceId, PathBuf>>>,
}

/// The database of one session.
pub(crate) struct Keys {
    pub(crate) instance: InstanceId,
    pub(crate) store: Arc<SqliteStore>,
    path: PathBuf,
    linked: Arc<Mutex<HashMap<InstanceId, PathBuf>>>,
}

impl Keystore {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, linked: Arc::default() }
    }

    fn folder_of(&self, instance: InstanceId) -> PathBuf {
        self.folder.join(instance.to_string())
    }

    /// Looks through what earlier sessions left: the keys of a link stay, all else goes.
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
        self.linked.lock().unwrap_or_else(PoisonError::into_inner).insert(instance, path);
    }

    /// A new, empty database.
    pub(crate) async fn fresh(&self, instance: InstanceId) -> Result<Keys, EngineError> {
        let name: [u8; 8] = rand::random();
        let path = self.folder_of(instance).join(format!("{}.db", hex::encode(name)));
        make_private(&path).map_err(|error| keys_error(instance, "written", &error))?;
        self.keys(instance, path).await
    }

    /// The database of the link.
    pub(crate) async fn linked(&self, instance: InstanceId) -> Result<Keys, EngineError> {
        let known = {
            let linked = self.linked.lock().unwrap_or_else(PoisonError::into_inner);
            linked.get(&instance).cloned()
        };
        let missing = || keys_error(instance, "read", &"there are none");
        self.keys(instance, known.ok_or_else(missing)?).await
    }

    async fn keys(&self, instance: InstanceId, path: PathBuf) -> Result<Keys, EngineError> {
        let store = Arc::new(open(instance, &path).await?);
        Ok(Keys { instance, store, path, linked: self.linked.clone() })
    }

    /// Removes every database of the instance.
    pub(crate) async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError> {
        self.linked.lock().unwrap_or_else(PoisonError::into_inner).remove(&instance);
        match std::fs::remove_dir_all(self.folder_of(instance)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(keys_error(instance, "removed", &error))
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
    let config = SqliteStoreConfig { cache_size_kib: PAGE_CACHE_KIB, ..Default::default() };
    let store = SqliteStore::with_config(&path.to_string_lossy(), config).await;
    store.map_err(|error| keys_error(instance, "read", &error))
}

async fn account_in(instance: InstanceId, path: &Path) -> Result<Option<Account>, EngineError> {
    let store = open(instance, path).await?;
    let device = store.load().await.map_err(|error| keys_error(instance, "read", &error))?;
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
                return Err(keys_error(instance, "removed", &error));
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
