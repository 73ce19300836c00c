//! What phones write to groups, with sender keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use buffa::Message as _;
use siskin_sim_server::account::{AccountCell, DeviceId};
use siskin_sim_server::error::Refusal;
use siskin_sim_server::groups::{Group, GroupError};
use siskin_sim_server::routing::{self, Envelope, GroupMessage};
use wacore::messages::MessageUtils;
use wacore_binary::{Jid, Node};
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::SenderKeyDistributionMessage;

use super::send::{Outgoing, begin_sessions, envelope, file_sent, new_message_id};
use crate::client::Client;
use crate::content;
use crate::enc::enc;
use crate::keys::{address, failed};
use crate::state::PhoneState;

/// A phone sends a message to a group. Gives its id.
///
/// # Errors
/// When the phone is off the network, not in the group or may not write to it.
pub async fn send_to_group(
    client: &Client,
    chat_id: &str,
    outgoing: Outgoing,
) -> Result<String, Refusal> {
    let Client { server, account, phone } = client;
    let _turn = phone.sending.lock().await;
    let group = chat_id.strip_suffix("@g.us").and_then(|id| server.groups.get(id));
    let group = group.ok_or(GroupError::NotFound)?;
    let Outgoing { message, id, edit, .. } = outgoing;
    let id = id.unwrap_or_else(new_message_id);
    let mut envelope = envelope(client, &id, group.jid(), &message).await;
    envelope.edit = edit.or(envelope.edit);
    group.require_writer(&account.phone, envelope.edit.as_deref().unwrap_or_default())?;
    let own_id = (account.phone.clone(), 0);
    let mut members = routing::devices_of(&server.directory, &group).await;
    members.remove(&own_id);
    account.lock().await.require_online()?;
    let jid = group.jid().to_string();
    let lacking = phone.lock().await.sender_keys.lacking(&jid, &own_id, &members);
    let targets: Vec<(Arc<AccountCell>, u16)> = lacking
        .into_iter()
        .filter_map(|(phone, device)| Some((server.directory.account(&phone)?, device)))
        .collect();
    begin_sessions(client, &targets).await?;
    let (own, common) = {
        let mut state = phone.lock().await;
        seal(&mut state, &own_id, &group, targets, &message).await.map_err(failed)?
    };
    account.mark_changed();
    file_sent(client, chat_id, &id, group.by_lid, &message).await;
    let message = GroupMessage { envelope, own, common: Some(common), only: None };
    routing::fan_out(&server.directory, &group, client.sender(), &message).await;
    Ok(id)
}

/// The phone's sender key for each target, and the message under it for all.
async fn seal(
    state: &mut PhoneState,
    own_id: &DeviceId,
    group: &Group,
    targets: Vec<(Arc<AccountCell>, u16)>,
    message: &wa::Message,
) -> Result<(BTreeMap<DeviceId, Node>, Node), SignalProtocolError> {
    let jid = group.jid().to_string();
    let key = key_message(state, own_id, &jid).await?.encode_to_vec();
    let mut own = BTreeMap::new();
    for (target, device) in targets {
        let id = (target.phone.clone(), device);
        let address = address(&id.0, device);
        // A device that was unlinked a moment ago has no keys any more.
        if !state.keys.has_session(&address) {
            continue;
        }
        let (kind, sealed) = state.encrypt(&address, &key).await?;
        own.insert(id.clone(), enc(kind, sealed).build());
        state.sender_keys.note_shared(&jid, id);
    }
    let padded = MessageUtils::pad_message_v2(message.encode_to_vec());
    let sealed = state.sender_keys.seal(&jid, own_id, &padded).await?;
    let mut common = enc("skmsg", sealed);
    if let Some(media) = content::media_type(message) {
        common = common.attr("mediatype", media);
    }
    if content::hides_failure(message) {
        common = common.attr("decrypt-fail", "hide");
    }
    Ok((own, common.build()))
}

/// The message that gives out the phone's own key of a group.
async fn key_message(
    state: &mut PhoneState,
    own_id: &DeviceId,
    group: &str,
) -> Result<wa::Message, SignalProtocolError> {
    let key = state.sender_keys.own(group, own_id).await?;
    Ok(wa::Message {
        sender_key_distribution_message: SenderKeyDistributionMessage {
            group_id: Some(group.to_owned()),
            axolotl_sender_key_distribution_message: Some(key),
        }
        .into(),
        ..Default::default()
    })
}

/// A message to a group once more, with the key, for a device that could not read it: what
/// is to be encrypted to that device.
pub(super) async fn again(
    state: &mut PhoneState,
    own_id: &DeviceId,
    group: &Jid,
    to: &DeviceId,
    mut message: wa::Message,
) -> Result<wa::Message, SignalProtocolError> {
    let jid = group.to_string();
    let key = key_message(state, own_id, &jid).await?;
    state.sender_keys.note_shared(&jid, to.clone());
    message.sender_key_distribution_message = key.sender_key_distribution_message;
    Ok(message)
}

/// A resent message as the group's members see it.
pub(super) async fn deliver_again(client: &Client, to: DeviceId, envelope: Envelope, enc: Node) {
    let Some(group) = client.server.groups.get(&envelope.chat.user) else {
        return;
    };
    let edit = envelope.edit.as_deref().unwrap_or_default();
    if group.require_writer(&client.account.phone, edit).is_err() {
        return;
    }
    let message =
        GroupMessage { envelope, own: BTreeMap::new(), common: Some(enc), only: Some(to) };
    routing::fan_out(&client.server.directory, &group, client.sender(), &message).await;
}
