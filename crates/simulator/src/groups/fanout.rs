//! Messages to groups, as the server passes them on: to every device of every member, with
//! the part that is for that device alone and the part that is for all.

use std::collections::BTreeMap;

use wacore::messages::MessageUtils;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::{Group, GroupError};
use crate::account::DeviceId;
use crate::clock::unix_seconds;
use crate::connection::LinkedSession;
use crate::node::NodeExt;
use crate::routing::{Acts, Envelope, Sender, ack, refusal, show};
use crate::simulator::Simulator;

/// The errors in the ack of a message that is not passed on.
const BAD_REQUEST: u16 = 400;
const NOT_MEMBER: u16 = 403;
const NO_GROUP: u16 = 404;
const ADMINS_ONLY: u16 = 405;
/// It addresses people by other names than the group does.
const STALE_ADDRESSING: u16 = 421;

/// A message to a group.
pub(super) struct Letter {
    pub(super) envelope: Envelope,
    /// What single devices get, such as a sender key.
    pub(super) own: BTreeMap<DeviceId, Node>,
    /// What all get.
    pub(super) common: Option<Node>,
    /// Set when it is for one device, which had not been able to read it.
    pub(super) only: Option<DeviceId>,
}

/// A linked device sends a message to a group.
pub(crate) async fn message(session: &LinkedSession, sender: Sender<'_>, to: &Jid, message: &Node) {
    let sim = &session.sim;
    let refused = match sender.cell.faults.take_refusal() {
        Some(code) => Err(code),
        None => admit(sim, sender, to, message),
    };
    let group = match refused {
        Ok(group) => group,
        Err(code) => return session.outbox.send(refusal(message, code)),
    };
    let name = sender.cell.lock().await.name.clone();
    let Some(letter) = read(sim, to, message, name) else {
        return session.outbox.send(refusal(message, BAD_REQUEST));
    };
    if !sender.cell.faults.take_withheld_ack() {
        let mut ack = ack(message);
        let hash = devices_hash(sim, &group).await;
        let claimed = message.text("phash");
        if !claimed.is_empty()
            && let Some(hash) = hash.filter(|hash| *hash != claimed)
        {
            ack = ack.attr("phash", hash);
        }
        session.outbox.send(ack.build());
    }
    let mut acts = Acts::default();
    sim.fan_out(&group, sender, &letter, &mut acts).await;
    acts.run(sim).await;
}

/// A device or phone says that its user is writing to a group, or has stopped.
pub(crate) async fn chatstate(sim: &Simulator, sender: Sender<'_>, to: &Jid, chatstate: &Node) {
    let group = sim.groups().get(&to.user);
    let Some(group) = group.filter(|group| group.role(&sender.cell.phone).is_ok()) else {
        return;
    };
    let stanza = NodeBuilder::new("chatstate")
        .attr("from", group.jid())
        .attr("participant", sender.cell.jid(group.by_lid, 0))
        .children(chatstate.nodes().to_vec())
        .build();
    for phone in group.members.keys().filter(|phone| **phone != sender.cell.phone) {
        if let Some(cell) = sim.account(phone) {
            show(sim, &cell, stanza.clone()).await;
        }
    }
}

/// The group, when the sender may write to it.
fn admit(sim: &Simulator, sender: Sender<'_>, to: &Jid, message: &Node) -> Result<Group, u16> {
    let group = sim.groups().get(&to.user).ok_or(NO_GROUP)?;
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
fn read(sim: &Simulator, to: &Jid, message: &Node, name: String) -> Option<Letter> {
    let device = |jid: &Jid| Some((sim.account_of(jid)?.phone.clone(), jid.device));
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
    Some(Letter { envelope: Envelope::of(message, to, name), own, common, only })
}

/// The hash of all devices of all members, as a message claims to be for them.
async fn devices_hash(sim: &Simulator, group: &Group) -> Option<String> {
    let mut jids = Vec::new();
    for phone in group.members.keys() {
        let cell = sim.account(phone)?;
        let devices: Vec<u16> = cell.lock().await.all_devices().collect();
        jids.extend(devices.into_iter().map(|device| cell.jid(group.by_lid, device)));
    }
    MessageUtils::participant_list_hash(&jids).ok()
}

impl Simulator {
    /// Gives every device of every member its part of a message.
    pub(super) async fn fan_out(
        &self,
        group: &Group,
        sender: Sender<'_>,
        letter: &Letter,
        acts: &mut Acts,
    ) {
        for phone in group.members.keys() {
            let Some(cell) = self.account(phone) else {
                continue;
            };
            if letter.only.as_ref().is_some_and(|(only, _)| only != phone) {
                continue;
            }
            let mut account = cell.lock().await;
            let devices: Vec<u16> = account.all_devices().collect();
            for device in devices {
                let id = (phone.clone(), device);
                let is_sender = *phone == sender.cell.phone && device == sender.device;
                if is_sender || letter.only.as_ref().is_some_and(|only| *only != id) {
                    continue;
                }
                let stanza = stanza(group, sender, letter, &id);
                let stanzas = match device {
                    0 => vec![stanza],
                    _ => cell.faults.spoil(stanza),
                };
                for stanza in stanzas {
                    self.hand_over(&cell, &mut account, device, stanza, acts).await;
                }
            }
        }
    }
}

fn stanza(group: &Group, sender: Sender<'_>, letter: &Letter, to: &DeviceId) -> Node {
    let envelope = &letter.envelope;
    // The part with the key comes first: the other cannot be read without it.
    let encs: Vec<&Node> = letter.own.get(to).into_iter().chain(&letter.common).collect();
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
