//! What a phone sends, encrypted to every device that gets it.

use std::sync::Arc;

use buffa::Message as _;
use siskin_sim_server::account::AccountCell;
use siskin_sim_server::clock::unix_seconds;
use siskin_sim_server::devices;
use siskin_sim_server::error::{Error, Refusal};
use siskin_sim_server::groups::ADMIN_REVOKE;
use siskin_sim_server::keys::random_bytes;
use siskin_sim_server::routing::{self, DeviceMessage, Envelope};
use wacore_binary::{Jid, Node};
use waproto::whatsapp as wa;

use super::filing::{MessageInfo, file};
use crate::chats::Status;
use crate::client::Client;
use crate::content;
use crate::enc::enc;
use crate::keys::{address, failed, session_bundle};
use crate::state::PhoneState;

/// By which of their two names people are addressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Addressing {
    /// By LID, as accounts do since they were migrated; the number stands beside it, unless
    /// its owner hides it.
    #[default]
    Lid,
    /// By phone number, with the LID beside it.
    Pn,
}

/// A message as a phone sends it.
pub struct Outgoing {
    /// The content.
    pub message: wa::Message,
    /// By which name the recipient is addressed; in a group, the group decides.
    pub addressing: Addressing,
    /// Its id; a new one by default.
    pub id: Option<String>,
    /// The `edit` attribute of the stanza; what its content makes of it by default.
    pub edit: Option<String>,
}

/// An id as phones make them.
pub(super) fn new_message_id() -> String {
    let bytes: [u8; 16] = random_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("3A{}", &hex[2..])
}

/// Whom an encryption is for.
pub(super) type Target = (Arc<AccountCell>, u16);

/// A phone sends a message to a person. Gives its id.
///
/// # Errors
/// When the phone is off the network, or something cannot be encrypted.
pub async fn send_direct(
    client: &Client,
    recipient: &Arc<AccountCell>,
    outgoing: Outgoing,
) -> Result<String, Refusal> {
    let _turn = client.phone.sending.lock().await;
    let Outgoing { message, addressing, id, edit } = outgoing;
    let id = id.unwrap_or_else(new_message_id);
    let by_lid = addressing == Addressing::Lid || recipient.hides_number;
    let chat = recipient.jid(by_lid, 0);
    let targets = routing::devices_for(client.sender(), recipient).await;
    begin_sessions(client, &targets).await?;
    client.account.lock().await.require_online()?;
    let encrypted = {
        let mut state = client.phone.lock().await;
        encrypt_all(&mut state, &client.account, targets, &message, &chat).await?
    };
    client.account.mark_changed();
    let contents = encrypted.into_iter().map(|((cell, device), enc)| DeviceMessage {
        cell,
        device,
        by_lid,
        enc,
        recipient_other: recipient.other_jid(by_lid),
    });
    let contents = contents.collect();
    file_sent(client, &recipient.chat_id(), &id, by_lid, &message).await;
    let mut envelope = envelope(client, &id, chat, &message).await;
    envelope.edit = edit.or(envelope.edit);
    routing::deliver(client.sender(), &envelope, contents).await;
    Ok(id)
}

/// Keeps in the phone's own chats what it sends.
pub(super) async fn file_sent(
    client: &Client,
    chat_id: &str,
    id: &str,
    by_lid: bool,
    message: &wa::Message,
) {
    let name = client.account.lock().await.name.clone();
    let info = MessageInfo {
        chat: chat_id.to_owned(),
        id: id.to_owned(),
        from: client.account.chat_id(),
        from_me: true,
        name,
        timestamp: unix_seconds(),
        status: Status::Sent,
        by_lid,
        author: client.account.clone(),
        by_admin: content::edit_attribute(message) == Some(ADMIN_REVOKE),
    };
    file(&client.server.directory, &client.phone.chats, info, message);
}

/// What the phone writes on a message beside its content.
pub(super) async fn envelope(
    client: &Client,
    id: &str,
    chat: Jid,
    message: &wa::Message,
) -> Envelope {
    Envelope {
        id: id.to_owned(),
        kind: content::stanza_type(message).to_owned(),
        chat,
        edit: content::edit_attribute(message).map(str::to_owned),
        category: None,
        device_identity: None,
        extra: Vec::new(),
        name: client.account.lock().await.name.clone(),
    }
}

/// Has the phone begin a session with every target that it has none with.
pub(super) async fn begin_sessions(client: &Client, targets: &[Target]) -> Result<(), Error> {
    let strangers: Vec<&Target> = {
        let state = client.phone.lock().await;
        let stranger =
            |(target, device): &&Target| !state.keys.has_session(&address(&target.phone, *device));
        targets.iter().filter(stranger).collect()
    };
    for (target, device) in strangers {
        let Some((keys, _)) = devices::hand_out_keys(target, *device).await else {
            continue;
        };
        let bundle = session_bundle(*device, &keys)?;
        let with = address(&target.phone, *device);
        client.phone.lock().await.begin_session(&with, &bundle).await.map_err(failed)?;
    }
    Ok(())
}

/// `<enc>` for every target that the phone has a session with. Its own devices are told
/// whom the message went to.
async fn encrypt_all(
    state: &mut PhoneState,
    own: &AccountCell,
    targets: Vec<Target>,
    message: &wa::Message,
    chat: &Jid,
) -> Result<Vec<(Target, Node)>, Error> {
    let for_others = message.encode_to_vec();
    let for_own =
        wacore::messages::wrap_device_sent(message.clone(), chat.to_string()).encode_to_vec();
    let mut encs = Vec::with_capacity(targets.len());
    for (target, device) in targets {
        let plain = if target.phone == own.phone { &for_own } else { &for_others };
        let to = address(&target.phone, device);
        // A device that was unlinked a moment ago has no keys any more.
        if !state.keys.has_session(&to) {
            continue;
        }
        let (kind, sealed) = state.encrypt(&to, plain).await.map_err(failed)?;
        let mut enc = enc(kind, sealed);
        if let Some(media) = content::media_type(message) {
            enc = enc.attr("mediatype", media);
        }
        if content::hides_failure(message) {
            enc = enc.attr("decrypt-fail", "hide");
        }
        encs.push(((target, device), enc.build()));
    }
    Ok(encs)
}
