//! All groups of the network.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Group, GroupError};
use crate::simulator::Simulator;

/// Groups per network.
const MAX_GROUPS: usize = 10_000;

/// The groups, in memory; each is on disk as well.
#[derive(Default)]
pub(crate) struct Groups {
    by_id: Mutex<BTreeMap<String, Group>>,
    /// Held while a group is changed and its members are told, so that they hear of changes
    /// in their order.
    pub(super) changing: tokio::sync::Mutex<()>,
}

impl Groups {
    /// The groups that an earlier process kept.
    pub(crate) fn with(groups: Vec<Group>) -> Self {
        let by_id = groups.into_iter().map(|group| (group.id.clone(), group)).collect();
        Self { by_id: Mutex::new(by_id), ..Self::default() }
    }

    /// The group with an id: the user part of its JID.
    pub(crate) fn get(&self, id: &str) -> Option<Group> {
        self.by_id().get(id).cloned()
    }

    /// The groups that somebody is in.
    pub(crate) fn of(&self, phone: &str) -> Vec<Group> {
        let groups = self.by_id();
        groups.values().filter(|group| group.members.contains_key(phone)).cloned().collect()
    }

    /// The group that an invitation leads to.
    pub(super) fn by_invite(&self, code: &str) -> Option<Group> {
        self.by_id().values().find(|group| group.invite == code).cloned()
    }

    fn by_id(&self) -> MutexGuard<'_, BTreeMap<String, Group>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Simulator {
    /// Keeps a group as it is now; one without members is forgotten.
    pub(super) fn keep_group(&self, group: &Group) -> Result<(), GroupError> {
        let mut groups = self.groups().by_id();
        if group.members.is_empty() {
            groups.remove(&group.id);
            return Ok(self.forget_group(&group.id)?);
        }
        if !groups.contains_key(&group.id) && groups.len() >= MAX_GROUPS {
            return Err(GroupError::Full);
        }
        self.store_group(group)?;
        groups.insert(group.id.clone(), group.clone());
        Ok(())
    }
}
