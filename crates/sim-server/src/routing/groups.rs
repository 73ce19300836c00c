//! Messages to groups, as the server passes them on: to every device of every member, with
//! the part that is for that device alone and the part that is for all.

use std::collections::{BTreeMap, BTreeSet};

use wacore::messages::MessageUtils;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::{Envelope, Sender, ack, refusal};
use crate::account::DeviceId;
use crate::clock::unix_seconds;
use crate::directory::Directory;
use crate::groups::{Group, GroupError};
use crate::node::NodeExt;
use crate::server::Server;
use crate::session::LinkedSession;

/// The errors in the ack of a message that is not passed on.
const BAD_REQUEST: u16 = 400;
const NOT_MEMBER: u16 = 403;
const NO_GROUP: u16 = 404;
const ADMINS_ONLY: u16 = 405;
/// It addresses people by other names than the group does.
const STALE_ADDRESSING: u16 = 421;

/// A message to a group.
pub struct GroupMessage {
    /// What stands on it.
    pub envelope: Envelope,
    /// What single devices get, such as a sender key.
    pub own: BTreeMap<DeviceId, Node>,
    /// What all get.
    pub common: Option<Node>,
    /// Set when it is for one device, which had not been able to read it.
    pub only: Option<DeviceId>,
}

/// A linked device sends a message to a group.
pub(super) async fn message(session: &LinkedSession, sender: Sender<'_>, to: &Jid, message: &Node) {
    let server = &session.server;
    let refused = match sender.cell.faults.take_refusal() {
        Some(code) => Err(code),
        None => admit(server, sender, to, message),
    };
    let group = match refused {
        Ok(group) => group,
        Err(code) => return session.outbox.send(refusal(message, code)),
    };
    let name = sender.cell.lock().await.name.clone();
    let directory = &server.directory;
    let Some(group_message) = read(directory, to, message, name) else {
        return session.outbox.send(refusal(message, BAD_REQUEST));
    };
    if !sender.cell.faults.take_withheld_ack() {
        let mut ack = ack(message);
        let hash = devices_hash(directory, &group).await;
        let claimed = message.text("phash");
        if !claimed.is_empty()
            && let Some(hash) = hash.filter(|hash| *hash != claimed)
        {
            ack = ack.attr("phash", hash);
        }
        session.outbox.send(ack.build());
    }
    fan_out(directory, &group, sender, &group_message).await;
}

/// A device or phone says that its user is writing to a group, or has stopped.
pub(super) async fn chatstate(server: &Server, sender: Sender<'_>, to: &Jid, chatstate: &Node) {
    let group = server.groups.get(&to.user);
    let Some(group) = group.filter(|group| group.role(&sender.cell.phone).is_ok()) else {
        return;
    };
    let stanza = NodeBuilder::new("chatstate")
        .attr("from", group.jid())
        .attr("participant", sender.cell.jid(group.by_lid, 0))
        .children(chatstate.nodes().to_vec())
        .build();
    for phone in group.members.keys().filter(|phone| **phone != sender.cell.phone) {
        if let Some(cell) = server.directory.account(phone) {
            cell.show(stanza.clone()).await;
        }
    }
}

/// The group, when the sender may write to it.
fn admit(server: &Server, sender: Sender<'_>, to: &Jid, message: &Node) -> Result<Group, u16> {
    let group = server.groups.get(&to.user).ok_or(NO_GROUP)?;
    let phone = &sender.cell.phone;
    group.require_writer(phone, &message.text("edit")).map_err(|error| match error {
        GroupError::NotMember => NOT_MEMBER,
        _ => ADMINS_ONLY,
    })?;
    let addressing = message.text("addressing_mode");
    if !addressing.is_empty() && addressing != group.addressing() {
        return Err(STALE_ADDRESSING);
    }
    Ok(group)
}

/// `None` when the message names a device of nobody, or has no content.
fn read(directory: &Directory, to: &Jid, message: &Node, name: String) -> Option<GroupMessage> {
    let device = |jid: &Jid| Some((directory.account_of(jid)?.phone.clone(), jid.device));
    let only = match message.jid("participant") {
        Some(jid) => Some(device(&jid)?),
        None => None,
    };
    let participants = message.get_optional_child("participants");
    let own = participants.map(NodeExt::nodes).unwrap_or_default().iter().map(|target| {
        let enc = target.get_optional_child("enc")?.clone();
        Some((device(&target.jid("jid")?)?, enc))
    });
    let own = own.collect::<Option<BTreeMap<_, _>>>()?;
    let common = message.get_optional_child("enc").cloned();
    if common.is_none() && own.is_empty() {
        return None;
    }
    Some(GroupMessage { envelope: Envelope::of(message, to, name), own, common, only })
}

/// The hash of all devices of all members, as a message claims to be for them.
async fn devices_hash(directory: &Directory, group: &Group) -> Option<String> {
    let mut jids = Vec::new();
    for phone in group.members.keys() {
        let cell = directory.account(phone)?;
        let devices: Vec<u16> = cell.lock().await.all_devices().collect();
        jids.extend(devices.into_iter().map(|device| cell.jid(group.by_lid, device)));
    }
    MessageUtils::participant_list_hash(&jids).ok()
}

/// All devices of all members.
pub async fn devices_of(directory: &Directory, group: &Group) -> BTreeSet<DeviceId> {
    let mut devices = BTreeSet::new();
    for phone in group.members.keys() {
        if let Some(cell) = directory.account(phone) {
            let account = cell.lock().await;
            devices.extend(account.all_devices().map(|device| (phone.clone(), device)));
        }
    }
    devices
}

/// Gives every device of every member its part of a message. No account may be locked.
pub async fn fan_out(
    directory: &Directory,
    group: &Group,
    sender: Sender<'_>,
    message: &GroupMessage,
) {
    for phone in group.members.keys() {
        let Some(cell) = directory.account(phone) else {
            continue;
        };
        if message.only.as_ref().is_some_and(|(only, _)| only != phone) {
            continue;
        }
        let devices: Vec<u16> = cell.lock().await.all_devices().collect();
        let ids = devices.into_iter().map(|device| (phone.clone(), device));
        let ids = ids.filter(|id| {
            let is_sender = *phone == sender.cell.phone && id.1 == sender.device;
            !is_sender && message.only.as_ref().is_none_or(|only| only == id)
        });
        let stanzas = ids.flat_map(|id| cell.spoiled(id.1, stanza(group, sender, message, &id)));
        let stanzas: Vec<_> = stanzas.collect();
        cell.hand_over(stanzas).await;
    }
}

fn stanza(group: &Group, sender: Sender<'_>, message: &GroupMessage, to: &DeviceId) -> Node {
    let envelope = &message.envelope;
    // The part with the key comes first: the other cannot be read without it.
    let encs: Vec<&Node> = message.own.get(to).into_iter().chain(&message.common).collect();
    let begins_session = encs.iter().any(|enc| enc.text("type") == "pkmsg");
    let mut content: Vec<Node> = encs.into_iter().cloned().collect();
    if begins_session {
        content.extend(envelope.device_identity.clone());
    }
    content.extend(envelope.extra.iter().cloned());
    let by_lid = group.by_lid || sender.cell.hides_number;
    let mut stanza = NodeBuilder::new("message")
        .attr("from", group.jid())
        .attr("participant", sender.cell.jid(by_lid, sender.device))
        .attr("id", envelope.id.as_str())
        .attr("type", envelope.kind.as_str())
        .attr("t", unix_seconds().to_string())
        .attr("notify", envelope.name.as_str())
        .attr("addressing_mode", group.addressing());
    if let Some(other) = sender.cell.other_jid(by_lid) {
        stanza = stanza.attr(if by_lid { "participant_pn" } else { "participant_lid" }, other);
    }
    if let Some(edit) = &envelope.edit {
        stanza = stanza.attr("edit", edit.as_str());
    }
    stanza.children(content).build()
}
