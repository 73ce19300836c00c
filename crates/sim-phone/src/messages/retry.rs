//! Messages that could not be read: a phone asks for one again, or sends one again.

use std::sync::Arc;

use buffa::Message as _;
use siskin_sim_server::account::{AccountCell, DeviceKeys};
use siskin_sim_server::error::Error;
use siskin_sim_server::node::NodeExt as _;
use siskin_sim_server::routing::{self, DeviceMessage};
use siskin_sim_server::{devices, key_nodes};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, JidExt as _, Node};
use waproto::whatsapp as wa;

use super::group_send;
use super::send::envelope;
use crate::client::Client;
use crate::companions;
use crate::enc::enc;
use crate::keys::{address, failed, session_bundle};
use crate::phone::Phone;

/// How often a message is asked for or sent again, as clients do.
const MAX_RETRIES: u64 = 5;

/// A message that a device wants again.
struct Resend {
    id: String,
    /// The device, as it was addressed.
    to: Jid,
    chat: Jid,
    chat_id: String,
    count: u64,
    keys: Option<DeviceKeys>,
}

/// The receipt with which a phone asks for a message again, with keys for a new session.
/// `None` when it has asked often enough.
pub(super) async fn ask(
    phone: &Phone,
    stanza: &Node,
    from: &Jid,
    recipient: Option<Jid>,
) -> Option<Node> {
    let id = stanza.text("id");
    let count = phone.chats.count_retry(&id);
    if count > MAX_RETRIES {
        return None;
    }
    let keys = phone.lock().await.offer_keys();
    let retry = NodeBuilder::new("retry")
        .attr("v", "1")
        .attr("count", count.to_string())
        .attr("id", id.as_ref())
        .attr("t", stanza.text("t").as_ref())
        .build();
    let registration = key_nodes::registration(&keys);
    let keys = NodeBuilder::new("keys").children(key_nodes::keys(&keys)).build();
    let mut receipt = NodeBuilder::new("receipt")
        .attr("to", from.clone())
        .attr("id", id.as_ref())
        .attr("type", "retry");
    if let Some(recipient) = recipient {
        receipt = receipt.attr("recipient", recipient);
    }
    Some(receipt.children([retry, registration, keys]).build())
}

/// A device asks the phone for a message again.
pub(super) async fn asked(client: &Client, receipt: &Node) {
    let Some(retry) = receipt.get_optional_child("retry") else {
        return client.server.counters.unknown("receipt retry (without <retry>)");
    };
    let Some(from) = receipt.jid("from") else {
        return;
    };
    let to = receipt.jid("participant").unwrap_or_else(|| from.clone());
    let chat = receipt.jid("recipient").unwrap_or(from).to_non_ad();
    let count = retry.number("count").unwrap_or(1);
    if count > MAX_RETRIES {
        return;
    }
    let Some(chat_id) = client.server.directory.chat_id(&chat) else {
        return;
    };
    let id = retry.text("id").into_owned();
    let keys = key_nodes::read(receipt);
    let resent = resend(client, Resend { id, to, chat, chat_id, count, keys }).await;
    if let Err(error) = resent {
        tracing::error!(%error, "a phone cannot send a message again");
    }
}

/// Sends a message again, in a new session, to the device that asked.
async fn resend(client: &Client, resend: Resend) -> Result<(), Error> {
    let Client { server, account, phone } = client;
    let Some(target) = server.directory.account_of(&resend.to) else {
        return Ok(());
    };
    let Some(message) = phone.chats.sent(&resend.chat_id, &resend.id) else {
        if target.phone == account.phone {
            // Beside messages, the phone sends its devices its app-state key.
            return companions::share_again(client, resend.to.device).await;
        }
        tracing::debug!(id = resend.id, "a device asks for a message that its sender forgot");
        return Ok(());
    };
    let message = wa::Message::decode_from_slice(&message).unwrap_or_default();
    let Some(enc) = seal_again(client, &target, &resend, &message).await? else {
        return Ok(());
    };
    let envelope = envelope(client, &resend.id, resend.chat.clone(), &message).await;
    if resend.chat.is_group() {
        let to = (target.phone.clone(), resend.to.device);
        group_send::deliver_again(client, to, envelope, enc).await;
        return Ok(());
    }
    let chat = server.directory.account_of(&resend.chat);
    let content = DeviceMessage {
        device: resend.to.device,
        by_lid: resend.to.is_lid(),
        enc,
        recipient_other: chat.and_then(|chat| chat.other_jid(resend.chat.is_lid())),
        cell: target,
    };
    routing::deliver(client.sender(), &envelope, vec![content]).await;
    Ok(())
}

/// Begins a new session with the device and encrypts the message in it. `None` when the
/// device is not linked any more.
async fn seal_again(
    client: &Client,
    target: &Arc<AccountCell>,
    resend: &Resend,
    message: &wa::Message,
) -> Result<Option<Node>, Error> {
    let Client { account, phone, .. } = client;
    let device = resend.to.device;
    let keys = match &resend.keys {
        Some(keys) => Some(keys.clone()),
        None => devices::hand_out_keys(target, device).await.map(|(keys, _)| keys),
    };
    let Some(keys) = keys else {
        return Ok(None);
    };
    let bundle = session_bundle(device, &keys)?;
    let to = address(&target.phone, device);
    let mut state = phone.lock().await;
    let plain = if resend.chat.is_group() {
        let (own, to) = ((account.phone.clone(), 0), (target.phone.clone(), device));
        let again = group_send::again(&mut state, &own, &resend.chat, &to, message.clone());
        again.await.map_err(failed)?
    } else if target.phone == account.phone {
        wacore::messages::wrap_device_sent(message.clone(), resend.chat.to_string())
    } else {
        message.clone()
    };
    state.begin_session(&to, &bundle).await.map_err(failed)?;
    let plain = plain.encode_to_vec();
    let (kind, sealed) = state.encrypt(&to, &plain).await.map_err(failed)?;
    account.mark_changed();
    Ok(Some(enc(kind, sealed).attr("count", resend.count.to_string()).build()))
}
