mod database;
mod error;
mod fence;
mod fenced;
mod keys;
mod link_paths;
#[cfg(test)]
mod tests;
mod unwritten;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use siskin_fleet::port::{EngineError, StoredKeys};
use siskin_model::{Account, InstanceId};
use wacore::store::error::StoreError;
use wacore::store::traits::DeviceStore as _;
use whatsapp_rust::store::SqliteStore;

pub(crate) use self::keys::Keys;

use self::database::{databases, make_private, open, remove_database, require_room};
use self::error::{disk_error, keys_error, store_error};
use self::link_paths::LinkPaths;
use self::unwritten::Unwritten;
use crate::account::account_of;

/// The keys of all instances: a folder for each, and in it one database for each session
/// that was ever opened and has not been cleaned up.
///
/// A session has its database for itself. So a late write of an old session cannot touch
/// the keys of a new one, and removing keys is removing files.
pub(crate) struct Keystore {
    folder: PathBuf,
    linked: LinkPaths,
    unwritten: Mutex<HashMap<InstanceId, Arc<Unwritten>>>,
}

impl Keystore {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, linked: LinkPaths::default(), unwritten: Mutex::default() }
    }

    fn folder_of(&self, instance: InstanceId) -> PathBuf {
        self.folder.join(instance.to_string())
    }

    /// Looks through what earlier sessions left: the keys of a link stay, all else goes.
    ///
    /// # Errors
    /// When the disk fails; nothing is said about the keys then.
    pub(crate) async fn stored(&self, instance: InstanceId) -> Result<StoredKeys, EngineError> {
        let mut found = StoredKeys::Nothing;
        let folder = self.folder_of(instance);
        for path in databases(&folder) {
            match account_in(instance, &path).await {
                Ok(Some(account)) => {
                    self.linked.set(instance, path);
                    found = StoredKeys::Linked(account);
                }
                Ok(None) => remove_database(instance, &path)?,
                Err(error @ EngineError::Disk { .. }) => return Err(error),
                Err(error) => {
                    tracing::error!(%instance, %error, "a key file cannot be read");
                    if found == StoredKeys::Nothing {
                        found = StoredKeys::Unreadable;
                    }
                }
            }
        }
        // Gone if nothing was worth keeping; a folder that is not empty stays.
        let _ = std::fs::remove_dir(folder);
        Ok(found)
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
        let known = self.linked.get(instance);
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

    fn keys(&self, instance: InstanceId, path: PathBuf, store: SqliteStore) -> Keys {
        Keys::new(instance, path, store, self.unwritten(instance), self.linked.clone())
    }

    fn unwritten(&self, instance: InstanceId) -> Arc<Unwritten> {
        let mut all = self.unwritten.lock();
        all.entry(instance).or_default().clone()
    }

    /// Removes every database of the instance.
    pub(crate) async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError> {
        self.linked.remove(instance);
        self.unwritten.lock().remove(&instance);
        match std::fs::remove_dir_all(self.folder_of(instance)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(disk_error(instance, "removed", &error))
            }
            _ => Ok(()),
        }
    }
}

async fn account_in(instance: InstanceId, path: &Path) -> Result<Option<Account>, EngineError> {
    let store = open(instance, path).await?;
    let device = store.load().await.map_err(|error| store_error(instance, "read", &error))?;
    Ok(device.as_ref().and_then(account_of))
}
