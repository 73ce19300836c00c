//! Messages that could not be read: a phone asks for one again, or sends one again.

use std::sync::Arc;

use buffa::Message as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, JidExt as _, Node};
use waproto::whatsapp as wa;

use super::send::{address, failed};
use crate::account::{Account, AccountCell, DeviceKeys, session_bundle};
use crate::error::Error;
use crate::groups;
use crate::key_nodes;
use crate::node::NodeExt as _;
use crate::routing::{Act, Acts, Parcel, Sender, enc};
use crate::simulator::Simulator;

/// How often a message is asked for or sent again, as clients do.
const MAX_RETRIES: u64 = 5;

/// A message that a device wants again.
pub(crate) struct Resend {
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
pub(crate) fn ask(
    cell: &AccountCell,
    account: &mut Account,
    stanza: &Node,
    from: &Jid,
    recipient: Option<Jid>,
) -> Option<Node> {
    let id = stanza.text("id");
    let count = cell.chats.count_retry(&id);
    if count > MAX_RETRIES {
        return None;
    }
    let (keys, _) = account.hand_out_keys(0)?;
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
pub(super) fn asked(sim: &Simulator, cell: &Arc<AccountCell>, receipt: &Node, acts: &mut Acts) {
    let Some(retry) = receipt.get_optional_child("retry") else {
        return sim.counters().unknown("receipt retry (without <retry>)");
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
    let Some(chat_id) = sim.chat_id(&chat) else {
        return;
    };
    let id = retry.text("id").into_owned();
    let keys = key_nodes::read(receipt);
    acts.add(cell, Act::Resend(Resend { id, to, chat, chat_id, count, keys }));
}

/// Sends a message again, in a new session, to the device that asked.
pub(crate) async fn resend(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    resend: Resend,
    acts: &mut Acts,
) {
    if let Err(error) = try_resend(sim, cell, resend, acts).await {
        tracing::error!(%error, "a phone cannot send a message again");
    }
}

async fn try_resend(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    resend: Resend,
    acts: &mut Acts,
) -> Result<(), Error> {
    let Some(target) = sim.account_of(&resend.to) else {
        return Ok(());
    };
    let own = target.phone == cell.phone;
    let Some(message) = cell.chats.sent(&resend.chat_id, &resend.id) else {
        if own {
            // Beside messages, the phone sends its devices its app-state key.
            let mut account = cell.lock().await;
            return sim.share_again(cell, &mut account, resend.to.device).await;
        }
        tracing::debug!(id = resend.id, "a device asks for a message that its sender forgot");
        return Ok(());
    };
    let message = wa::Message::decode_from_slice(&message).unwrap_or_default();
    let Some(enc) = seal_again(sim, cell, &target, &resend, &message).await? else {
        return Ok(());
    };
    let sender = Sender { cell, device: 0 };
    let envelope = sim.envelope(cell, &resend.id, resend.chat.clone(), &message).await;
    if resend.chat.is_group() {
        let to = (target.phone.clone(), resend.to.device);
        groups::deliver_again(sim, sender, to, envelope, enc, acts).await;
        return Ok(());
    }
    let parcel = Parcel {
        device: resend.to.device,
        by_lid: resend.to.is_lid(),
        enc,
        recipient_other: sim
            .account_of(&resend.chat)
            .and_then(|chat| chat.other_jid(resend.chat.is_lid())),
        cell: target,
    };
    sim.deliver(sender, &envelope, vec![parcel], acts).await;
    Ok(())
}

/// Begins a new session with the device and encrypts the message in it. `None` when the
/// device is not linked any more.
async fn seal_again(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    target: &Arc<AccountCell>,
    resend: &Resend,
    message: &wa::Message,
) -> Result<Option<Node>, Error> {
    let device = resend.to.device;
    let keys = match &resend.keys {
        Some(keys) => Some(keys.clone()),
        None => sim.hand_out_keys(target, device).await,
    };
    let Some(keys) = keys else {
        return Ok(None);
    };
    let bundle = session_bundle(device, &keys)?;
    let to = address(target, device);
    let mut account = cell.lock().await;
    let plain = if resend.chat.is_group() {
        let to = (target.phone.clone(), device);
        groups::again(&mut account, &resend.chat, &to, message.clone()).await.map_err(failed)?
    } else if target.phone == cell.phone {
        wacore::messages::wrap_device_sent(message.clone(), resend.chat.to_string())
    } else {
        message.clone()
    };
    let Account { keys, identity, .. } = &mut *account;
    keys.begin_session(identity, &to, &bundle).await.map_err(failed)?;
    let plain = plain.encode_to_vec();
    let (kind, sealed) = keys.encrypt(identity, &to, &plain).await.map_err(failed)?;
    cell.mark_changed();
    Ok(Some(enc(kind, sealed).attr("count", resend.count.to_string()).build()))
}
