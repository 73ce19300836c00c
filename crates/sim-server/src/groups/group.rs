//! One group, and how stanzas describe it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, NodeValue};

use super::GroupError;
use crate::account::AccountCell;
use crate::directory::Directory;

/// The `edit` attribute of a message by which an admin takes back what somebody else wrote.
pub const ADMIN_REVOKE: &str = "8";

/// What somebody may do in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Write, and what the group leaves to all.
    Member,
    /// Also change the group and its members.
    Admin,
    /// The same; nobody can demote the one who made the group.
    Superadmin,
}

/// A group as the server keeps it. People are named by their numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    /// The user part of its JID.
    pub id: String,
    /// What it is called.
    pub subject: String,
    /// Who called it so.
    pub subject_owner: String,
    /// Since when, in seconds since 1970.
    pub subject_time: u64,
    /// Who made it.
    pub creator: String,
    /// When, in seconds since 1970.
    pub creation: u64,
    /// What it is about.
    pub description: Option<Description>,
    /// Who is in it, by number.
    pub members: BTreeMap<String, Role>,
    /// Whether members are addressed by LID.
    pub by_lid: bool,
    /// Whether only admins may write.
    pub announce: bool,
    /// Whether only admins may change subject and description.
    pub locked: bool,
    /// Seconds after which messages disappear; 0 for never.
    pub ephemeral: u32,
    /// Whether only admins may add members.
    pub admins_add: bool,
    /// The code in the link by which people come in.
    pub invite: String,
    /// Counts changes of the members.
    pub version: u64,
}

/// What a group is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Description {
    /// Its id; a change names the one that it replaces.
    pub id: String,
    /// What it says.
    pub text: String,
    /// Who wrote it.
    pub owner: String,
    /// When, in seconds since 1970.
    pub time: u64,
}

impl Group {
    /// Its JID.
    pub fn jid(&self) -> Jid {
        Jid::group(self.id.as_str())
    }

    /// The role of a member.
    ///
    /// # Errors
    /// Of somebody who is none.
    pub fn role(&self, phone: &str) -> Result<Role, GroupError> {
        self.members.get(phone).copied().ok_or(GroupError::NotMember)
    }

    /// Fails unless `phone` may write to the group what has that `edit` attribute: the server
    /// cannot read a message, but sees that it takes back what somebody else wrote.
    ///
    /// # Errors
    /// Of somebody who may not.
    pub fn require_writer(&self, phone: &str, edit: &str) -> Result<(), GroupError> {
        let needs_admin = self.announce || edit == ADMIN_REVOKE;
        if needs_admin { self.require_admin(phone) } else { self.role(phone).map(drop) }
    }

    /// Fails unless `phone` is an admin.
    pub(super) fn require_admin(&self, phone: &str) -> Result<(), GroupError> {
        if self.role(phone)? >= Role::Admin { Ok(()) } else { Err(GroupError::NotAdmin) }
    }

    /// How stanzas say by which name members are addressed.
    pub fn addressing(&self) -> &'static str {
        if self.by_lid { "lid" } else { "pn" }
    }

    /// `<group>` with everything that members may know.
    pub(crate) fn node(&self, directory: &Directory) -> Node {
        let mut group = NodeBuilder::new("group")
            .attr("id", self.id.as_str())
            .attr("subject", self.subject.as_str())
            .attr("s_t", self.subject_time.to_string())
            .attr("creation", self.creation.to_string())
            .attr("addressing_mode", self.addressing())
            .attr("size", self.members.len().to_string())
            .attr("p_v_id", self.version.to_string())
            .attr("a_v_id", self.version.to_string());
        for (key, phone) in [("creator", &self.creator), ("s_o", &self.subject_owner)] {
            if let Some(cell) = directory.account(phone) {
                group = name(group, key, &cell, self.by_lid);
            }
        }
        let mut children: Vec<Node> = self
            .members
            .iter()
            .filter_map(|(phone, role)| {
                let cell = directory.account(phone)?;
                Some(participant(&cell, self.by_lid, Some(*role)).build())
            })
            .collect();
        children.extend(self.settings(directory));
        group.children(children).build()
    }

    fn settings(&self, directory: &Directory) -> Vec<Node> {
        let mut settings = Vec::new();
        if self.announce {
            settings.push(NodeBuilder::new("announcement").build());
        }
        if self.locked {
            settings.push(NodeBuilder::new("locked").build());
        }
        if self.ephemeral > 0 {
            let expiration = self.ephemeral.to_string();
            settings.push(NodeBuilder::new("ephemeral").attr("expiration", expiration).build());
        }
        let mode = if self.admins_add { "admin_add" } else { "all_member_add" };
        settings.push(NodeBuilder::new("member_add_mode").string_content(mode).build());
        settings.extend(self.description.as_ref().map(|description| {
            let body = NodeBuilder::new("body").string_content(description.text.as_str()).build();
            let mut node = NodeBuilder::new("description")
                .attr("id", description.id.as_str())
                .attr("t", description.time.to_string());
            if let Some(cell) = directory.account(&description.owner) {
                node = name(node, "participant", &cell, self.by_lid);
            }
            node.children([body]).build()
        }));
        settings
    }
}

/// `<participant>` with both names and, where it is more than a member's, the role.
pub(super) fn participant(cell: &AccountCell, by_lid: bool, role: Option<Role>) -> NodeBuilder {
    let mut node = NodeBuilder::new("participant").attr("jid", cell.jid(by_lid, 0));
    if let Some(other) = cell.other_jid(by_lid) {
        node = node.attr(if by_lid { "phone_number" } else { "lid" }, NodeValue::from(other));
    }
    match role {
        Some(Role::Admin) => node.attr("type", "admin"),
        Some(Role::Superadmin) => node.attr("type", "superadmin"),
        _ => node,
    }
}

/// Names somebody under `key`, and by the other name beside it.
pub(super) fn name(
    node: NodeBuilder,
    key: &'static str,
    cell: &AccountCell,
    by_lid: bool,
) -> NodeBuilder {
    let node = node.attr(key, cell.jid(by_lid, 0));
    let beside = match (key, by_lid) {
        ("creator", true) => "creator_pn",
        ("s_o", true) => "s_o_pn",
        ("participant", true) => "participant_pn",
        ("participant", false) => "participant_lid",
        _ => return node,
    };
    match cell.other_jid(by_lid) {
        Some(other) => node.attr(beside, NodeValue::from(other)),
        None => node,
    }
}
