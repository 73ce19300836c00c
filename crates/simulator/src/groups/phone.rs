//! What phones write to groups and read in them, with sender keys.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use buffa::Message as _;
use wacore::messages::MessageUtils;
use wacore::types::jid::JidExt as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::SenderKeyDistributionMessage;

use super::fanout::Letter;
use super::{ADMIN_REVOKE, Group, GroupError};
use crate::account::{Account, AccountCell, DeviceId};
use crate::error::{Error, Refusal};
use crate::node::NodeExt as _;
use crate::phone::{Filed, Outgoing, Status, ask_again, file, new_message_id, require_online};
use crate::routing::{Act, Acts, Sender, enc};
use crate::simulator::Simulator;

impl Simulator {
    /// A phone sends a message to a group. Gives its id.
    ///
    /// # Errors
    /// When the phone is off the network, not in the group or may not write to it.
    pub(crate) async fn send_to_group(
        &self,
        cell: &Arc<AccountCell>,
        chat_id: &str,
        outgoing: Outgoing,
    ) -> Result<String, Refusal> {
        let _turn = cell.sending.lock().await;
        let group = chat_id.strip_suffix("@g.us").and_then(|id| self.groups().get(id));
        let group = group.ok_or(GroupError::NotFound)?;
        let Outgoing { message, id, edit, .. } = outgoing;
        let id = id.unwrap_or_else(new_message_id);
        let mut envelope = self.envelope(cell, &id, group.jid(), &message).await;
        envelope.edit = edit.or(envelope.edit);
        group.require_writer(&cell.phone, envelope.edit.as_deref().unwrap_or_default())?;
        let own_id = (cell.phone.clone(), 0);
        let mut members = self.devices_of(&group).await;
        members.remove(&own_id);
        let lacking = {
            let mut account = cell.lock().await;
            require_online(&account)?;
            account.sender_keys.lacking(&group.jid().to_string(), &own_id, &members)
        };
        let targets: Vec<(Arc<AccountCell>, u16)> = lacking
            .into_iter()
            .filter_map(|(phone, device)| Some((self.account(&phone)?, device)))
            .collect();
        self.begin_sessions(cell, &targets).await?;
        let (own, common) = {
            let mut account = cell.lock().await;
            seal(&mut account, &group, targets, &message).await.map_err(failed)?
        };
        cell.mark_changed();
        self.file_sent(cell, chat_id, &id, group.by_lid, &message).await;
        let letter = Letter { envelope, own, common: Some(common), only: None };
        let mut acts = Acts::default();
        self.fan_out(&group, Sender { cell, device: 0 }, &letter, &mut acts).await;
        acts.run(self).await;
        Ok(id)
    }

    /// All devices of all members.
    async fn devices_of(&self, group: &Group) -> BTreeSet<DeviceId> {
        let mut devices = BTreeSet::new();
        for phone in group.members.keys() {
            if let Some(cell) = self.account(phone) {
                let account = cell.lock().await;
                devices.extend(account.all_devices().map(|device| (phone.clone(), device)));
            }
        }
        devices
    }
}

fn failed(error: SignalProtocolError) -> Error {
    Error::Crypto(error.to_string())
}

/// The phone's sender key for each target, and the message under it for all.
async fn seal(
    account: &mut Account,
    group: &Group,
    targets: Vec<(Arc<AccountCell>, u16)>,
    message: &wa::Message,
) -> Result<(BTreeMap<DeviceId, Node>, Node), SignalProtocolError> {
    let jid = group.jid().to_string();
    let own_id = (account.phone.clone(), 0);
    let key = key_message(account, &jid).await?.encode_to_vec();
    let Account { keys, identity, sender_keys, .. } = account;
    let mut own = BTreeMap::new();
    for (target, device) in targets {
        let id = (target.phone.clone(), device);
        let address = address(&id);
        // A device that was unlinked a moment ago has no keys any more.
        if !keys.has_session(&address) {
            continue;
        }
        let (kind, sealed) = keys.encrypt(identity, &address, &key).await?;
        own.insert(id.clone(), enc(kind, sealed).build());
        sender_keys.note_shared(&jid, id);
    }
    let padded = MessageUtils::pad_message_v2(message.encode_to_vec());
    let sealed = sender_keys.seal(&jid, &own_id, &padded).await?;
    let mut common = enc("skmsg", sealed);
    if let Some(media) = crate::phone::media_type(message) {
        common = common.attr("mediatype", media);
    }
    if crate::phone::hides_failure(message) {
        common = common.attr("decrypt-fail", "hide");
    }
    Ok((own, common.build()))
}

/// The message that gives out the phone's own key of a group.
async fn key_message(
    account: &mut Account,
    group: &str,
) -> Result<wa::Message, SignalProtocolError> {
    let own_id = (account.phone.clone(), 0);
    let key = account.sender_keys.own(group, &own_id).await?;
    Ok(wa::Message {
        sender_key_distribution_message: SenderKeyDistributionMessage {
            group_id: Some(group.to_owned()),
            axolotl_sender_key_distribution_message: Some(key),
        }
        .into(),
        ..Default::default()
    })
}

fn address(device: &DeviceId) -> wacore_libsignal::protocol::ProtocolAddress {
    Jid::pn_device(device.0.as_str(), device.1).to_protocol_address()
}

/// A message to a group once more, with the key, for a device that could not read it: what
/// is to be encrypted to that device.
pub(crate) async fn again(
    account: &mut Account,
    group: &Jid,
    to: &DeviceId,
    mut message: wa::Message,
) -> Result<wa::Message, SignalProtocolError> {
    let jid = group.to_string();
    let key = key_message(account, &jid).await?;
    account.sender_keys.note_shared(&jid, to.clone());
    message.sender_key_distribution_message = key.sender_key_distribution_message;
    Ok(message)
}

/// Where a message in a group comes from.
struct Arrived {
    group: Jid,
    participant: Jid,
    sender: Arc<AccountCell>,
    device: DeviceId,
    id: String,
}

/// A message in a group for the phone.
pub(crate) async fn take(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    account: &mut Account,
    stanza: &Node,
    acts: &mut Acts,
) {
    let Some(arrived) = read(sim, stanza) else {
        return sim.counters().unknown("message in a group to a phone (no sender)");
    };
    let own = arrived.sender.phone == cell.phone;
    let (chat, from) = (arrived.group.to_string(), arrived.sender.chat_id());
    // Its key is used up, so that it could not be read again.
    if cell.chats.holds(&chat, &from, &arrived.id) {
        return acts.add(cell, Act::Receipt(delivered(&arrived)));
    }
    let opened = open(account, &arrived, stanza).await;
    cell.mark_changed();
    match opened {
        Ok(message) => {
            acts.add(cell, Act::Receipt(delivered(&arrived)));
            let filed = Filed {
                chat,
                from,
                id: arrived.id,
                from_me: own,
                name: stanza.text("notify").into_owned(),
                timestamp: stanza.number("t").unwrap_or_default(),
                status: if own { Status::Sent } else { Status::Received },
                by_lid: arrived.participant.is_lid(),
                author: arrived.sender,
                by_admin: stanza.text("edit") == ADMIN_REVOKE,
            };
            file(sim, &cell.chats, filed, &message);
        }
        Err(SignalProtocolError::DuplicatedMessage(..)) => {
            acts.add(cell, Act::Receipt(delivered(&arrived)));
        }
        Err(error) => {
            tracing::debug!(phone = cell.phone, %error, "a phone cannot read a message");
            if let Some(mut receipt) = ask_again(cell, account, stanza, &arrived.group, None) {
                receipt.attrs.insert("participant", arrived.participant);
                acts.add(cell, Act::Receipt(receipt));
            }
        }
    }
}

fn read(sim: &Simulator, stanza: &Node) -> Option<Arrived> {
    let participant = stanza.jid("participant")?;
    let sender = sim.account_of(&participant)?;
    let device = (sender.phone.clone(), participant.device);
    let (group, id) = (stanza.jid("from")?.to_non_ad(), stanza.text("id").into_owned());
    Some(Arrived { group, participant, sender, device, id })
}

fn delivered(arrived: &Arrived) -> Node {
    NodeBuilder::new("receipt")
        .attr("to", arrived.group.clone())
        .attr("participant", arrived.participant.clone())
        .attr("id", arrived.id.as_str())
        .build()
}

/// Reads the parts of a message in turn: the key, if it comes along, and the content.
async fn open(
    account: &mut Account,
    arrived: &Arrived,
    stanza: &Node,
) -> Result<wa::Message, SignalProtocolError> {
    let group = arrived.group.to_string();
    let mut opened = Err(SignalProtocolError::InvalidArgument("no <enc>".to_owned()));
    for part in stanza.nodes().iter().filter(|node| node.tag == "enc") {
        let Account { keys, identity, sender_keys, .. } = account;
        opened = match part.text("type").as_ref() {
            "skmsg" => {
                let padded = sender_keys.open(&group, &arrived.device, part.content()).await?;
                decode(&padded)
            }
            kind => {
                let address = address(&arrived.device);
                let message = keys.decrypt(identity, &address, kind, part.content()).await?;
                let given = message.sender_key_distribution_message.as_option();
                if let Some(key) =
                    given.and_then(|given| given.axolotl_sender_key_distribution_message.as_ref())
                {
                    sender_keys.learn(&group, &arrived.device, key).await?;
                }
                Ok(message)
            }
        };
    }
    opened
}

fn decode(padded: &[u8]) -> Result<wa::Message, SignalProtocolError> {
    // The last byte says how many bytes of padding there are.
    let padding = padded.last().copied().map_or(0, usize::from);
    let length = padded.len().saturating_sub(padding);
    wa::Message::decode_from_slice(&padded[..length])
        .map_err(|_| SignalProtocolError::InvalidProtobufEncoding)
}

/// A resent message as the group's members see it.
pub(crate) async fn deliver_again(
    sim: &Simulator,
    sender: Sender<'_>,
    to: DeviceId,
    envelope: crate::routing::Envelope,
    enc: Node,
    acts: &mut Acts,
) {
    let Some(group) = sim.groups().get(&envelope.chat.user) else {
        return;
    };
    let edit = envelope.edit.as_deref().unwrap_or_default();
    if group.require_writer(&sender.cell.phone, edit).is_err() {
        return;
    }
    let letter = Letter { envelope, own: BTreeMap::new(), common: Some(enc), only: Some(to) };
    sim.fan_out(&group, sender, &letter, acts).await;
}
