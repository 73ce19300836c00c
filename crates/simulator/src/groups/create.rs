//! How groups begin, and how people come in by invitation.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use wacore_binary::Jid;
use wacore_binary::builder::NodeBuilder;

use super::group::{Description, participant};
use super::{Group, GroupError, Role};
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::keys::random_bytes;
use crate::simulator::Simulator;

/// Members of a group.
pub(super) const MAX_MEMBERS: usize = 1024;
/// Characters of a subject.
const MAX_SUBJECT: usize = 100;
/// Ids of groups begin like this and have 18 digits.
const ID_PREFIX: &str = "120363";
const ID_RANDOM: u64 = 1_000_000_000_000;

/// A group that somebody wants to begin.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewGroup {
    pub(crate) subject: String,
    pub(crate) members: Vec<Jid>,
    /// Whether members are addressed by number, as in groups of old.
    pub(crate) by_number: bool,
    pub(crate) announce: bool,
    pub(crate) locked: bool,
    pub(crate) ephemeral: u32,
    pub(crate) admins_add: bool,
    /// Id and text.
    pub(crate) description: Option<(String, String)>,
}

/// What an invitation shows and does.
pub(super) fn new_invite() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<16>())
}

pub(super) fn check_subject(subject: &str) -> Result<(), GroupError> {
    let length = subject.chars().count();
    if subject.trim().is_empty() || length > MAX_SUBJECT {
        Err(GroupError::Invalid)
    } else {
        Ok(())
    }
}

impl Simulator {
    /// Begins a group. Gives it, and whoever was named but is not on the network.
    pub(crate) async fn create_group(
        &self,
        actor: &Arc<AccountCell>,
        new: NewGroup,
    ) -> Result<(Group, Vec<Jid>), GroupError> {
        check_subject(&new.subject)?;
        let mut members = BTreeMap::from([(actor.phone.clone(), Role::Superadmin)]);
        let mut unknown = Vec::new();
        for jid in new.members {
            match self.account_of(&jid) {
                Some(cell) => {
                    members.entry(cell.phone.clone()).or_insert(Role::Member);
                }
                None => unknown.push(jid),
            }
        }
        if members.len() > MAX_MEMBERS {
            return Err(GroupError::Full);
        }
        let now = unix_seconds();
        let chance = u64::from_be_bytes(random_bytes()) % ID_RANDOM;
        let owner = actor.phone.clone();
        let description = new.description.map(|(id, text)| Description {
            id,
            text,
            owner: owner.clone(),
            time: now,
        });
        let group = Group {
            id: format!("{ID_PREFIX}{chance:012}"),
            subject: new.subject,
            subject_owner: owner.clone(),
            subject_time: now,
            creator: owner,
            creation: now,
            description,
            members,
            by_lid: !new.by_number,
            announce: new.announce,
            locked: new.locked,
            ephemeral: new.ephemeral,
            admins_add: new.admins_add,
            invite: new_invite(),
            version: 1,
        };
        let _turn = self.groups().changing.lock().await;
        self.keep_group(&group)?;
        let create = NodeBuilder::new("create").attr("type", "new").children([group.node(self)]);
        self.tell_of_group(&group, actor, group.members.keys(), create.build()).await;
        Ok((group, unknown))
    }

    /// The group that an invitation leads to.
    pub(crate) fn invited_to(&self, code: &str) -> Result<Group, GroupError> {
        self.groups().by_invite(code).ok_or(GroupError::Gone)
    }

    /// Somebody follows an invitation.
    pub(crate) async fn join_group(
        &self,
        who: &Arc<AccountCell>,
        code: &str,
    ) -> Result<Group, GroupError> {
        let _turn = self.groups().changing.lock().await;
        let mut group = self.invited_to(code)?;
        if group.members.contains_key(&who.phone) {
            return Err(GroupError::Conflict);
        }
        if group.members.len() >= MAX_MEMBERS {
            return Err(GroupError::Full);
        }
        let before: Vec<String> = group.members.keys().cloned().collect();
        group.members.insert(who.phone.clone(), Role::Member);
        group.version += 1;
        self.keep_group(&group)?;
        let added = participant(who, group.by_lid, None).build();
        let added = NodeBuilder::new("add").attr("reason", "invite").children([added]).build();
        self.tell_of_group(&group, who, before.iter(), added).await;
        let create = NodeBuilder::new("create").attr("reason", "invite");
        let create = create.children([group.node(self)]).build();
        self.tell_of_group(&group, who, std::iter::once(&who.phone), create).await;
        Ok(group)
    }
}
