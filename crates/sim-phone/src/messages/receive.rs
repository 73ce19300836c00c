//! What a phone does with what it gets: decrypt, keep, and say so.

use std::sync::Arc;

use siskin_sim_server::Directory;
use siskin_sim_server::account::AccountCell;
use siskin_sim_server::node::NodeExt as _;
use siskin_sim_server::routing::{self, named};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;

use super::filing::{MessageInfo, file};
use super::retry;
use crate::chats::{Direction, Status};
use crate::client::Client;
use crate::keys::address;
use crate::state::PhoneState;

/// A message as it stands on the stanza.
struct Incoming {
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
pub(crate) async fn message(client: &Client, stanza: &Node) {
    let Client { server, account, phone } = client;
    let Some(incoming) = read_envelope(&server.directory, account, stanza) else {
        return server.counters.unknown("message to a phone (no sender)");
    };
    let from = incoming.sender.chat_id();
    let delivered = delivered(&incoming);
    // Its key is used up, so that it could not be read again.
    if phone.chats.holds(&incoming.chat_id, &from, &incoming.id) {
        return routing::receipt_from(&server.directory, client.sender(), &delivered).await;
    }
    let opened = open(&mut *phone.lock().await, &incoming, stanza).await;
    let receipt = match opened {
        Ok(message) => {
            account.mark_changed();
            keep(client, incoming, from, stanza, message);
            Some(delivered)
        }
        Err(SignalProtocolError::DuplicatedMessage(..)) => Some(delivered),
        Err(error) => {
            tracing::debug!(phone = account.phone, %error, "a phone cannot read a message");
            let recipient = incoming.own.then(|| incoming.chat.clone());
            retry::ask(phone, stanza, &incoming.from, recipient).await
        }
    };
    if let Some(receipt) = receipt {
        routing::receipt_from(&server.directory, client.sender(), &receipt).await;
    }
}

fn keep(client: &Client, incoming: Incoming, from: String, stanza: &Node, message: wa::Message) {
    let Client { server, phone, .. } = client;
    let Some(message) = unwrap(message, incoming.own) else {
        return server.counters.unknown("message to a phone (own, not wrapped as sent)");
    };
    let info = MessageInfo {
        chat: incoming.chat_id,
        id: incoming.id,
        from,
        from_me: incoming.own,
        name: stanza.text("notify").into_owned(),
        timestamp: stanza.number("t").unwrap_or_default(),
        status: if incoming.own { Status::Sent } else { Status::Received },
        by_lid: incoming.from.is_lid(),
        author: incoming.sender,
        by_admin: false,
    };
    file(&server.directory, &phone.chats, info, &message);
}

fn read_envelope(directory: &Directory, cell: &AccountCell, stanza: &Node) -> Option<Incoming> {
    let from = stanza.jid("from")?;
    let sender = directory.account_of(&from)?;
    let own = sender.phone == cell.phone;
    let chat = match own {
        true => stanza.jid("recipient").unwrap_or_else(|| from.clone()).to_non_ad(),
        false => from.to_non_ad(),
    };
    let chat_id = directory.account_of(&chat)?.chat_id();
    Some(Incoming { from, sender, own, chat, chat_id, id: stanza.text("id").into_owned() })
}

async fn open(
    state: &mut PhoneState,
    incoming: &Incoming,
    stanza: &Node,
) -> Result<wa::Message, SignalProtocolError> {
    let enc = stanza
        .get_optional_child("enc")
        .ok_or_else(|| SignalProtocolError::InvalidArgument("no <enc>".to_owned()))?;
    let kind = enc.text("type");
    // A new companion has to show that its account vouches for it.
    if kind == "pkmsg"
        && incoming.from.device != 0
        && stanza.child_content("device-identity").is_empty()
    {
        return Err(SignalProtocolError::InvalidArgument("no <device-identity>".to_owned()));
    }
    // One session per device, whichever of its two names it used.
    let address = address(&incoming.sender.phone, incoming.from.device);
    state.decrypt(&address, &kind, enc.content()).await
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
fn delivered(incoming: &Incoming) -> Node {
    let receipt = NodeBuilder::new("receipt")
        .attr("to", incoming.from.clone())
        .attr("id", incoming.id.as_str());
    match incoming.own {
        true => receipt.attr("type", "sender").attr("recipient", incoming.chat.clone()).build(),
        false => receipt.build(),
    }
}

/// A receipt for a message that the phone or one of its devices sent, or word that one of
/// its devices has read something.
pub(crate) async fn receipt(client: &Client, receipt: &Node) {
    let Client { server, account, phone } = client;
    let Some(from) = receipt.jid("from") else {
        return;
    };
    let kind = receipt.text("type");
    let sender = server.directory.account_of(receipt.jid("participant").as_ref().unwrap_or(&from));
    let own = sender.as_ref().is_some_and(|sender| sender.phone == account.phone);
    if kind == "retry" {
        return retry::asked(client, receipt).await;
    }
    let chat = match receipt.jid("recipient") {
        Some(recipient) if own => recipient,
        _ => from,
    };
    let Some(chat_id) = server.directory.chat_id(&chat) else {
        return;
    };
    let (status, direction) = match kind.as_ref() {
        "" | "delivery" => (Status::Delivered, Direction::Sent),
        "read" | "read-self" => (Status::Read, Direction::by(own)),
        "played" | "played-self" => (Status::Played, Direction::by(own)),
        _ => return,
    };
    // A device of one's own that has got a message says nothing about the other side.
    if own && status == Status::Delivered {
        return;
    }
    for id in named(receipt) {
        phone.chats.set_status(&chat_id, &id, status, direction);
    }
}

/// Somebody writes to the phone's owner, or has stopped.
pub(crate) fn take_chatstate(client: &Client, stanza: &Node) {
    let directory = &client.server.directory;
    let Some((from, state)) = stanza.jid("from").zip(stanza.nodes().first()) else {
        return;
    };
    let Some(chat) = directory.chat_id(&from) else {
        return;
    };
    let author = stanza.jid("participant").and_then(|jid| directory.chat_id(&jid));
    let state = match state.tag.as_ref() {
        "composing" if state.text("media") == "audio" => Some("recording"),
        "composing" => Some("typing"),
        _ => None,
    };
    client.phone.chats.set_typing(&chat, author.as_deref().unwrap_or(&chat), state);
}
