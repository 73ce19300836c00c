//! What a phone does with what it gets: decrypt, keep, and say so.

use std::sync::Arc;

use wacore::types::jid::JidExt as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, JidExt as _, Node};
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;

use super::filing::{Filed, file};
use super::{Seen, Status, retry};
use crate::account::{Account, AccountCell};
use crate::node::NodeExt as _;
use crate::routing::{Act, Acts, named};
use crate::simulator::Simulator;

/// A message as it stands on the stanza.
struct Arrived {
    from: Jid,
    sender: Arc<AccountCell>,
    /// Whether one of the phone's own linked devices sent it.
    own: bool,
    /// The chat as stanzas name it.
    chat: Jid,
    chat_id: String,
    id: String,
}

/// A message for the phone.
pub(super) async fn message(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    account: &mut Account,
    stanza: &Node,
    acts: &mut Acts,
) {
    let Some(arrived) = read_envelope(sim, cell, stanza) else {
        return sim.counters().unknown("message to a phone (no sender)");
    };
    let sender_id = arrived.sender.chat_id();
    // Its key is used up, so that it could not be read again.
    if cell.chats.holds(&arrived.chat_id, &sender_id, &arrived.id) {
        return acts.add(cell, Act::Receipt(delivered(&arrived)));
    }
    match open(account, &arrived, stanza).await {
        Ok(message) => {
            cell.mark_changed();
            acts.add(cell, Act::Receipt(delivered(&arrived)));
            let Some(message) = unwrap(message, arrived.own) else {
                return sim.counters().unknown("message to a phone (own, not wrapped as sent)");
            };
            file(
                sim,
                &cell.chats,
                Filed {
                    chat: arrived.chat_id,
                    id: arrived.id,
                    from: sender_id,
                    from_me: arrived.own,
                    name: stanza.text("notify").into_owned(),
                    timestamp: stanza.number("t").unwrap_or_default(),
                    status: if arrived.own { Status::Sent } else { Status::Received },
                    by_lid: arrived.from.is_lid(),
                    author: arrived.sender,
                    by_admin: false,
                },
                &message,
            );
        }
        Err(SignalProtocolError::DuplicatedMessage(..)) => {
            acts.add(cell, Act::Receipt(delivered(&arrived)));
        }
        Err(error) => {
            tracing::debug!(phone = cell.phone, %error, "a phone cannot read a message");
            let recipient = arrived.own.then(|| arrived.chat.clone());
            let asked = retry::ask(cell, account, stanza, &arrived.from, recipient);
            if let Some(receipt) = asked {
                acts.add(cell, Act::Receipt(receipt));
            }
        }
    }
}

fn read_envelope(sim: &Simulator, cell: &AccountCell, stanza: &Node) -> Option<Arrived> {
    let from = stanza.jid("from")?;
    let sender = sim.account_of(&from)?;
    let own = sender.phone == cell.phone;
    let chat = match own {
        true => stanza.jid("recipient").unwrap_or_else(|| from.clone()).to_non_ad(),
        false => from.to_non_ad(),
    };
    let chat_id = sim.account_of(&chat)?.chat_id();
    Some(Arrived { from, sender, own, chat, chat_id, id: stanza.text("id").into_owned() })
}

async fn open(
    account: &mut Account,
    arrived: &Arrived,
    stanza: &Node,
) -> Result<wa::Message, SignalProtocolError> {
    let enc = stanza
        .get_optional_child("enc")
        .ok_or_else(|| SignalProtocolError::InvalidArgument("no <enc>".to_owned()))?;
    let kind = enc.text("type");
    // A new companion has to show that its account vouches for it.
    if kind == "pkmsg"
        && arrived.from.device != 0
        && stanza.child_content("device-identity").is_empty()
    {
        return Err(SignalProtocolError::InvalidArgument("no <device-identity>".to_owned()));
    }
    // One session per device, whichever of its two names it used.
    let address = Jid::pn_device(arrived.sender.phone.as_str(), arrived.from.device);
    let Account { keys, identity, .. } = account;
    keys.decrypt(identity, &address.to_protocol_address(), &kind, enc.content()).await
}

/// What the phone's own devices send comes wrapped, and says whom it went to; what others
/// send must not.
fn unwrap(message: wa::Message, own: bool) -> Option<wa::Message> {
    match own {
        true if message.device_sent_message.is_set() => {
            Some(wacore::messages::unwrap_device_sent(message))
        }
        true => None,
        false => Some(message),
    }
}

/// The receipt that says that the phone has the message.
fn delivered(arrived: &Arrived) -> Node {
    let receipt = NodeBuilder::new("receipt")
        .attr("to", arrived.from.clone())
        .attr("id", arrived.id.as_str());
    match arrived.own {
        true => receipt.attr("type", "sender").attr("recipient", arrived.chat.clone()).build(),
        false => receipt.build(),
    }
}

/// A receipt for a message that the phone or one of its devices sent, or word that one of
/// its devices has read something.
pub(super) fn receipt(sim: &Simulator, cell: &Arc<AccountCell>, receipt: &Node, acts: &mut Acts) {
    let Some(from) = receipt.jid("from") else {
        return;
    };
    let kind = receipt.text("type");
    let sender = sim.account_of(receipt.jid("participant").as_ref().unwrap_or(&from));
    let own = sender.as_ref().is_some_and(|sender| sender.phone == cell.phone);
    if kind == "retry" {
        return retry::asked(sim, cell, receipt, acts);
    }
    let chat = match receipt.jid("recipient") {
        Some(recipient) if own => recipient,
        _ => from,
    };
    let Some(chat_id) = sim.chat_id(&chat) else {
        return;
    };
    let (status, seen) = match kind.as_ref() {
        "" | "delivery" => (Status::Delivered, Seen::Sent),
        "read" | "read-self" => (Status::Read, Seen::by(own)),
        "played" | "played-self" => (Status::Played, Seen::by(own)),
        _ => return,
    };
    // A device of one's own that has got a message says nothing about the other side.
    if own && status == Status::Delivered {
        return;
    }
    for id in named(receipt) {
        cell.chats.set_status(&chat_id, &id, status, seen);
    }
}

/// Somebody writes to the phone's owner, or has stopped.
pub(super) fn chatstate(sim: &Simulator, cell: &Arc<AccountCell>, stanza: &Node) {
    let Some((from, state)) = stanza.jid("from").zip(stanza.nodes().first()) else {
        return;
    };
    let Some(chat) = sim.chat_id(&from) else {
        return;
    };
    let author = stanza.jid("participant").and_then(|jid| sim.chat_id(&jid));
    let state = match state.tag.as_ref() {
        "composing" if state.text("media") == "audio" => Some("recording"),
        "composing" => Some("typing"),
        _ => None,
    };
    cell.chats.set_typing(&chat, author.as_deref().unwrap_or(&chat), state);
}

impl Simulator {
    /// How phones show the chat that a JID names: a person by number, a group by its id.
    pub(crate) fn chat_id(&self, jid: &Jid) -> Option<String> {
        match jid.is_group() || jid.is_status_broadcast() {
            true => Some(jid.to_non_ad().to_string()),
            false => self.account_of(jid).map(|cell| cell.chat_id()),
        }
    }
}
