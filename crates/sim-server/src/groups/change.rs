//! What can be done to a group, by those who may.

use std::collections::BTreeSet;
use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::create::{MAX_MEMBERS, check_subject, new_invite};
use super::group::{Description, name, participant};
use super::{Group, GroupError, Groups, Role};
use crate::account::AccountCell;
use crate::clock::unix_seconds;

/// Characters of a description.
const MAX_DESCRIPTION: usize = 2048;

/// Somebody named in a change is not on the network.
const NO_ACCOUNT: u16 = 404;
/// Somebody who is to be added is there already.
const ALREADY_MEMBER: u16 = 409;
/// Somebody named in a change is not in the group.
const NO_MEMBER: u16 = 404;
/// Nobody takes its rights from the one who made the group.
const PROTECTED: u16 = 406;
const FULL: u16 = 419;

/// Something to be done to a group.
#[derive(Debug, Clone)]
pub enum Change {
    /// What is done to whom.
    Members(MemberChange, Vec<Jid>),
    /// Calls it something else.
    Subject(String),
    /// `None` takes the description away.
    Description {
        /// The id of the new one.
        id: String,
        /// The id of the one that it replaces.
        previous: Option<String>,
        /// What it says.
        text: Option<String>,
    },
    /// Whether only admins may write.
    Announce(bool),
    /// Whether only admins may change subject and description.
    Locked(bool),
    /// Seconds after which messages disappear; 0 for never.
    Ephemeral(u32),
    /// Whether only admins may add members.
    AdminsAdd(bool),
    /// Takes the invitation back and makes a new one.
    NewInvite,
    /// Whoever acts goes.
    Leave,
}

/// What is done to members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberChange {
    /// They come in.
    Add,
    /// They go.
    Remove,
    /// They become admins.
    Promote,
    /// They are admins no more.
    Demote,
}

/// What became of one person named in a change.
pub struct Outcome {
    /// As named by whoever asked.
    pub jid: Jid,
    cell: Option<Arc<AccountCell>>,
    /// Why nothing was done, as the protocol numbers it.
    pub error: Option<u16>,
}

impl MemberChange {
    /// The tag of requests, answers and notifications.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Promote => "promote",
            Self::Demote => "demote",
        }
    }
}

impl Outcome {
    /// `<participant>` in the answer to the request.
    pub(crate) fn node(&self, by_lid: bool) -> Node {
        let mut node = match &self.cell {
            Some(cell) => participant(cell, by_lid, None),
            None => NodeBuilder::new("participant").attr("jid", self.jid.clone()),
        };
        if let Some(error) = self.error {
            node = node.attr("error", error.to_string());
        }
        node.build()
    }
}

impl Groups {
    /// Does something to a group. Gives the group as it is then, and what became of the
    /// people named in the change.
    ///
    /// # Errors
    /// When there is no such group, or whoever acts may not do that.
    pub async fn change(
        &self,
        actor: &Arc<AccountCell>,
        id: &str,
        change: Change,
    ) -> Result<(Group, Vec<Outcome>), GroupError> {
        let _turn = self.changing.lock().await;
        let mut group = self.get(id).ok_or(GroupError::NotFound)?;
        let before: BTreeSet<String> = group.members.keys().cloned().collect();
        check(&group, &actor.phone, &change)?;
        let (outcomes, told) = match change {
            Change::Members(change, jids) => {
                let outcomes = self.change_members(&mut group, change, &jids);
                let told = tell_members(&group, change, &outcomes);
                (outcomes, told)
            }
            Change::Leave => {
                leave(&mut group, actor);
                let gone = participant(actor, group.by_lid, None).build();
                (Vec::new(), Some(NodeBuilder::new("remove").children([gone]).build()))
            }
            other => (Vec::new(), Some(set(&mut group, actor, other))),
        };
        let Some(told) = told else {
            return Ok((group, outcomes));
        };
        self.keep(&group)?;
        self.tell(&group, actor, before.iter(), told).await;
        let new: Vec<&String> = group.members.keys().filter(|m| !before.contains(*m)).collect();
        if !new.is_empty() {
            let create = NodeBuilder::new("create").children([group.node(&self.directory)]).build();
            self.tell(&group, actor, new.into_iter(), create).await;
        }
        Ok((group, outcomes))
    }

    fn change_members(
        &self,
        group: &mut Group,
        change: MemberChange,
        jids: &[Jid],
    ) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for jid in jids {
            let cell = self.directory.account_of(jid);
            let error = match &cell {
                None => Some(NO_ACCOUNT),
                Some(cell) => change_member(group, change, &cell.phone).err(),
            };
            outcomes.push(Outcome { jid: jid.clone(), cell, error });
        }
        outcomes
    }
}

fn change_member(group: &mut Group, change: MemberChange, phone: &str) -> Result<(), u16> {
    let role = group.members.get(phone).copied();
    let full = group.members.len() >= MAX_MEMBERS;
    let new = match (change, role) {
        (MemberChange::Add, Some(_)) => return Err(ALREADY_MEMBER),
        (MemberChange::Add, None) if full => return Err(FULL),
        (MemberChange::Add, None) => Some(Role::Member),
        (_, None) => return Err(NO_MEMBER),
        (MemberChange::Remove | MemberChange::Demote, Some(Role::Superadmin)) => {
            return Err(PROTECTED);
        }
        (MemberChange::Remove, Some(_)) => None,
        (MemberChange::Promote, Some(role)) => Some(role.max(Role::Admin)),
        (MemberChange::Demote, Some(_)) => Some(Role::Member),
    };
    match new {
        Some(role) => group.members.insert(phone.to_owned(), role),
        None => group.members.remove(phone),
    };
    group.version += 1;
    Ok(())
}

/// What members are told about those whom a change concerns; nothing when it concerns
/// nobody.
fn tell_members(group: &Group, change: MemberChange, outcomes: &[Outcome]) -> Option<Node> {
    let changed = outcomes.iter().filter(|outcome| outcome.error.is_none());
    let people: Vec<Node> = changed
        .filter_map(|outcome| {
            let cell = outcome.cell.as_ref()?;
            let role = group.members.get(&cell.phone).copied();
            Some(participant(cell, group.by_lid, role).build())
        })
        .collect();
    (!people.is_empty()).then(|| NodeBuilder::new(change.tag()).children(people).build())
}

/// Whether the actor may do that, and whether it makes sense.
fn check(group: &Group, actor: &str, change: &Change) -> Result<(), GroupError> {
    group.role(actor)?;
    match change {
        Change::Leave => Ok(()),
        Change::Members(MemberChange::Add, _) if !group.admins_add => Ok(()),
        Change::Subject(subject) => {
            check_subject(subject)?;
            if group.locked { group.require_admin(actor) } else { Ok(()) }
        }
        Change::Description { text, previous, .. } => {
            let current = group.description.as_ref().map(|description| &description.id);
            if previous.as_ref() != current {
                return Err(GroupError::Conflict);
            }
            if text.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
                return Err(GroupError::Invalid);
            }
            if group.locked { group.require_admin(actor) } else { Ok(()) }
        }
        Change::Ephemeral(_) if !group.locked => Ok(()),
        _ => group.require_admin(actor),
    }
}

/// Somebody goes. When no admin is left, the first who is becomes one.
fn leave(group: &mut Group, who: &AccountCell) {
    group.members.remove(&who.phone);
    group.version += 1;
    let headless = group.members.values().all(|role| *role == Role::Member);
    if headless && let Some(mut first) = group.members.first_entry() {
        first.insert(Role::Admin);
    }
}

/// Changes what the group is like. Gives what members are told.
fn set(group: &mut Group, actor: &Arc<AccountCell>, change: Change) -> Node {
    let by_lid = group.by_lid;
    let (actor_phone, now) = (actor.phone.clone(), unix_seconds());
    let switch = |on: bool, yes: &'static str, no: &'static str| {
        NodeBuilder::new(if on { yes } else { no }).build()
    };
    match change {
        Change::Subject(subject) => {
            let node = NodeBuilder::new("subject")
                .attr("subject", subject.as_str())
                .attr("s_t", now.to_string());
            (group.subject, group.subject_owner, group.subject_time) = (subject, actor_phone, now);
            name(node, "s_o", actor, by_lid).build()
        }
        Change::Description { id, text, .. } => {
            let content = match &text {
                Some(text) => NodeBuilder::new("body").string_content(text.as_str()).build(),
                None => NodeBuilder::new("delete").build(),
            };
            let node = NodeBuilder::new("description").attr("id", id.as_str());
            let owner = actor_phone;
            group.description = text.map(|text| Description { id, text, owner, time: now });
            node.children([content]).build()
        }
        Change::Announce(on) => {
            group.announce = on;
            switch(on, "announcement", "not_announcement")
        }
        Change::Locked(on) => {
            group.locked = on;
            switch(on, "locked", "unlocked")
        }
        Change::Ephemeral(0) => {
            group.ephemeral = 0;
            NodeBuilder::new("not_ephemeral").build()
        }
        Change::Ephemeral(seconds) => {
            group.ephemeral = seconds;
            NodeBuilder::new("ephemeral").attr("expiration", seconds.to_string()).build()
        }
        Change::AdminsAdd(on) => {
            group.admins_add = on;
            let mode = if on { "admin_add" } else { "all_member_add" };
            NodeBuilder::new("member_add_mode").string_content(mode).build()
        }
        Change::NewInvite | Change::Members(..) | Change::Leave => {
            group.invite = new_invite();
            NodeBuilder::new("invite").attr("code", group.invite.as_str()).build()
        }
    }
}
