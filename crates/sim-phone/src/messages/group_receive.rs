//! What phones read in groups, with sender keys.

use std::sync::Arc;

use siskin_sim_server::Directory;
use siskin_sim_server::account::{AccountCell, DeviceId};
use siskin_sim_server::groups::ADMIN_REVOKE;
use siskin_sim_server::node::NodeExt as _;
use siskin_sim_server::routing;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;

use super::filing::{MessageInfo, file};
use super::retry;
use crate::chats::Status;
use crate::client::Client;
use crate::keys::{address, read_padded};
use crate::state::PhoneState;

/// Where a message in a group comes from.
struct Incoming {
    group: Jid,
    participant: Jid,
    sender: Arc<AccountCell>,
    device: DeviceId,
    id: String,
}

/// A message in a group for the phone.
pub(crate) async fn take(client: &Client, stanza: &Node) {
    let Client { server, account, phone } = client;
    let Some(incoming) = read(&server.directory, stanza) else {
        return server.counters.unknown("message in a group to a phone (no sender)");
    };
    let own = incoming.sender.phone == account.phone;
    let (chat, from) = (incoming.group.to_string(), incoming.sender.chat_id());
    let delivered = delivered(&incoming);
    // Its key is used up, so that it could not be read again.
    if phone.chats.holds(&chat, &from, &incoming.id) {
        return routing::receipt_from(&server.directory, client.sender(), &delivered).await;
    }
    let opened = open(&mut *phone.lock().await, &incoming, stanza).await;
    account.mark_changed();
    let receipt = match opened {
        Ok(message) => {
            let info = MessageInfo {
                chat,
                from,
                id: incoming.id,
                from_me: own,
                name: stanza.text("notify").into_owned(),
                timestamp: stanza.number("t").unwrap_or_default(),
                status: if own { Status::Sent } else { Status::Received },
                by_lid: incoming.participant.is_lid(),
                author: incoming.sender,
                by_admin: stanza.text("edit") == ADMIN_REVOKE,
            };
            file(&server.directory, &phone.chats, info, &message);
            Some(delivered)
        }
        Err(SignalProtocolError::DuplicatedMessage(..)) => Some(delivered),
        Err(error) => {
            tracing::debug!(phone = account.phone, %error, "a phone cannot read a message");
            let receipt = retry::ask(phone, stanza, &incoming.group, None).await;
            receipt.map(|mut receipt| {
                receipt.attrs.insert("participant", incoming.participant);
                receipt
            })
        }
    };
    if let Some(receipt) = receipt {
        routing::receipt_from(&server.directory, client.sender(), &receipt).await;
    }
}

fn read(directory: &Directory, stanza: &Node) -> Option<Incoming> {
    let participant = stanza.jid("participant")?;
    let sender = directory.account_of(&participant)?;
    let device = (sender.phone.clone(), participant.device);
    let (group, id) = (stanza.jid("from")?.to_non_ad(), stanza.text("id").into_owned());
    Some(Incoming { group, participant, sender, device, id })
}

fn delivered(incoming: &Incoming) -> Node {
    NodeBuilder::new("receipt")
        .attr("to", incoming.group.clone())
        .attr("participant", incoming.participant.clone())
        .attr("id", incoming.id.as_str())
        .build()
}

/// Reads the parts of a message in turn: the key, if it comes along, and the content.
async fn open(
    state: &mut PhoneState,
    incoming: &Incoming,
    stanza: &Node,
) -> Result<wa::Message, SignalProtocolError> {
    let group = incoming.group.to_string();
    let mut opened = Err(SignalProtocolError::InvalidArgument("no <enc>".to_owned()));
    for part in stanza.nodes().iter().filter(|node| node.tag == "enc") {
        opened = match part.text("type").as_ref() {
            "skmsg" => {
                let padded =
                    state.sender_keys.open(&group, &incoming.device, part.content()).await?;
                read_padded(&padded)
            }
            kind => {
                let (phone, device) = &incoming.device;
                let message = state.decrypt(&address(phone, *device), kind, part.content()).await?;
                let given = message.sender_key_distribution_message.as_option();
                if let Some(key) =
                    given.and_then(|given| given.axolotl_sender_key_distribution_message.as_ref())
                {
                    state.sender_keys.learn(&group, &incoming.device, key).await?;
                }
                Ok(message)
            }
        };
    }
    opened
}
