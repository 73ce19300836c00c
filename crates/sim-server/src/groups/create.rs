//! How groups begin, and how people come in by invitation.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use wacore_binary::Jid;
use wacore_binary::builder::NodeBuilder;

use super::group::{Description, participant};
use super::{Group, GroupError, Groups, Role};
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::keys::random_bytes;

/// Members of a group.
pub(super) const MAX_MEMBERS: usize = 1024;
/// Characters of a subject.
const MAX_SUBJECT: usize = 100;
/// Ids of groups begin like this and have 18 digits.
const ID_PREFIX: &str = "120363";
const ID_RANDOM: u64 = 1_000_000_000_000;

/// A group that somebody wants to begin.
#[derive(Debug, Clone, Default)]
pub struct NewGroup {
    /// What it is called.
    pub subject: String,
    /// Who is in it, beside the one who begins it.
    pub members: Vec<Jid>,
    /// Whether members are addressed by number, as in groups of old.
    pub by_number: bool,
    /// Whether only admins may write.
    pub announce: bool,
    /// Whether only admins may change subject and description.
    pub locked: bool,
    /// Seconds after which messages disappear; 0 for never.
    pub ephemeral: u32,
    /// Whether only admins may add members.
    pub admins_add: bool,
    /// Id and text.
    pub description: Option<(String, String)>,
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

impl Groups {
    /// Begins a group. Gives it, and whoever was named but is not on the network.
    ///
    /// # Errors
    /// A subject that is none, too many members, too many groups.
    pub async fn create(
        &self,
        actor: &Arc<AccountCell>,
        new: NewGroup,
    ) -> Result<(Group, Vec<Jid>), GroupError> {
        check_subject(&new.subject)?;
        let mut members = BTreeMap::from([(actor.phone.clone(), Role::Superadmin)]);
        let mut unknown = Vec::new();
        for jid in new.members {
            match self.directory.account_of(&jid) {
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
        let _turn = self.changing.lock().await;
        self.keep(&group)?;
        let create =
            NodeBuilder::new("create").attr("type", "new").children([group.node(&self.directory)]);
        self.tell(&group, actor, group.members.keys(), create.build()).await;
        Ok((group, unknown))
    }

    /// Somebody follows an invitation.
    ///
    /// # Errors
    /// When the invitation holds no more, the group is full, or they are in it.
    pub async fn join(&self, who: &Arc<AccountCell>, code: &str) -> Result<Group, GroupError> {
        let _turn = self.changing.lock().await;
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
        self.keep(&group)?;
        let added = participant(who, group.by_lid, None).build();
        let added = NodeBuilder::new("add").attr("reason", "invite").children([added]).build();
        self.tell(&group, who, before.iter(), added).await;
        let create = NodeBuilder::new("create").attr("reason", "invite");
        let create = create.children([group.node(&self.directory)]).build();
        self.tell(&group, who, std::iter::once(&who.phone), create).await;
        Ok(group)
    }
}
