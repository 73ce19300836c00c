//! All groups of the network.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Group, GroupError};
use crate::directory::Directory;
use crate::error::Error;
use crate::storage::{self, Storage};

/// Groups per network.
const MAX_GROUPS: usize = 10_000;

/// The groups, in memory; each is on disk as well.
pub struct Groups {
    by_id: Mutex<BTreeMap<String, Group>>,
    /// Held while a group is changed and its members are told, so that they hear of changes
    /// in their order.
    pub(super) changing: tokio::sync::Mutex<()>,
    pub(super) directory: Arc<Directory>,
    storage: Arc<Storage>,
}

impl Groups {
    /// The groups that an earlier process kept.
    pub(crate) fn open(directory: Arc<Directory>, storage: Arc<Storage>) -> Result<Self, Error> {
        let mut by_id = BTreeMap::new();
        for file in storage.group_files()? {
            let group: Group = storage::read(&file)?;
            by_id.insert(group.id.clone(), group);
        }
        let changing = tokio::sync::Mutex::default();
        Ok(Self { by_id: Mutex::new(by_id), changing, directory, storage })
    }

    /// The group with an id: the user part of its JID.
    pub fn get(&self, id: &str) -> Option<Group> {
        self.by_id.lock().get(id).cloned()
    }

    /// The groups that somebody is in.
    pub fn of(&self, phone: &str) -> Vec<Group> {
        let groups = self.by_id.lock();
        groups.values().filter(|group| group.members.contains_key(phone)).cloned().collect()
    }

    /// The group that an invitation leads to.
    ///
    /// # Errors
    /// When the invitation was taken back.
    pub fn invited_to(&self, code: &str) -> Result<Group, GroupError> {
        let groups = self.by_id.lock();
        groups.values().find(|group| group.invite == code).cloned().ok_or(GroupError::Gone)
    }

    /// Keeps a group as it is now; one without members is forgotten.
    pub(super) fn keep(&self, group: &Group) -> Result<(), GroupError> {
        let mut groups = self.by_id.lock();
        let file = self.storage.group_file(&group.id);
        if group.members.is_empty() {
            groups.remove(&group.id);
            return Ok(file.map_or(Ok(()), |file| storage::remove(&file))?);
        }
        if !groups.contains_key(&group.id) && groups.len() >= MAX_GROUPS {
            return Err(GroupError::Full);
        }
        if let Some(file) = file {
            storage::write(&file, group)?;
        }
        groups.insert(group.id.clone(), group.clone());
        Ok(())
    }
}
