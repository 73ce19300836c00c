//! Peer messages, end to end encrypted: what a linked device asks its own phone, and what
//! the phone answers or tells it.

use buffa::{Message as _, MessageField};
use wacore::types::jid::JidExt as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::{
    PeerDataOperationRequestMessage, PeerDataOperationRequestResponseMessage,
    PeerDataOperationRequestType,
};

use crate::account::{Account, AccountCell, session_bundle};
use crate::clock::unix_seconds;
use crate::connection::LinkedSession;
use crate::error::Error;
use crate::keys::random_bytes;
use crate::node::NodeExt as _;
use crate::phone::Row;
use crate::routing::enc;
use crate::simulator::Simulator;

/// Whether a message goes from a device to its own phone.
pub(crate) fn is_for_own_phone(session: &LinkedSession, message: &Node) -> bool {
    let own = message.jid("to").is_some_and(|to| {
        let account = session.sim.account_of(&to);
        to.device == 0 && account.is_some_and(|cell| cell.phone == session.cell.phone)
    });
    own && message.text("category") == "peer"
}

/// The phone reads the message and does what it asks. What it cannot do is counted.
pub(crate) async fn receive(session: &LinkedSession, message: &Node) -> Result<(), Error> {
    let Some(enc) = message.get_optional_child("enc") else {
        return Ok(());
    };
    let mut account = session.cell.lock().await;
    let opened = account.open(session.device, &enc.text("type"), enc.content()).await;
    session.cell.mark_changed();
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, "a phone cannot read what its device sent");
            session.sim.counters().unknown("peer message (unreadable)");
            return Ok(());
        }
    };
    let Some(protocol) = opened.protocol_message.as_option() else {
        session.sim.counters().unknown("peer message (no request)");
        return Ok(());
    };
    if protocol.r#type == Some(Type::APP_STATE_SYNC_KEY_REQUEST) {
        return session.sim.share_again(&session.cell, &mut account, session.device).await;
    }
    let request = protocol.peer_data_operation_request_message.as_option();
    let kind = request.and_then(|request| request.peer_data_operation_request_type);
    match (request, kind) {
        (Some(request), Some(PeerDataOperationRequestType::PLACEHOLDER_MESSAGE_RESEND)) => {
            let answer = placeholders(session, &message.text("id"), request);
            tell(&session.cell, &mut account, session.device, &answer).await
        }
        (Some(request), Some(PeerDataOperationRequestType::HISTORY_SYNC_ON_DEMAND)) => {
            drop(account);
            let Some(wanted) = request.history_sync_on_demand_request.as_option() else {
                return Ok(());
            };
            let (sim, id) = (&session.sim, message.text("id"));
            sim.tell_history_before(&session.cell, session.device, &id, wanted).await
        }
        _ => {
            let kind = protocol.r#type.map(|kind| format!("{kind:?}")).unwrap_or_default();
            session.sim.counters().unknown(&format!("peer message {kind}"));
            Ok(())
        }
    }
}

/// Sends a message from the phone to one of its own devices. The device must have uploaded
/// its keys.
pub(crate) async fn tell(
    cell: &AccountCell,
    account: &mut Account,
    device: u16,
    message: &wa::Message,
) -> Result<(), Error> {
    let failed = |error: SignalProtocolError| Error::Crypto(error.to_string());
    let address = account.device_jid(device).to_protocol_address();
    if !account.keys.has_session(&address) {
        let Some((keys, _)) = account.hand_out_keys(device) else {
            return Ok(());
        };
        let bundle = session_bundle(device, &keys)?;
        let Account { keys, identity, .. } = account;
        keys.begin_session(identity, &address, &bundle).await.map_err(failed)?;
    }
    let Account { keys, identity, .. } = account;
    let plain = message.encode_to_vec();
    let (kind, sealed) = keys.encrypt(identity, &address, &plain).await.map_err(failed)?;
    let id = u64::from_be_bytes(random_bytes());
    let stanza = NodeBuilder::new("message")
        .attr("from", account.jid())
        .attr("id", format!("3A{id:016X}"))
        .attr("type", "text")
        .attr("category", "peer")
        .attr("t", unix_seconds().to_string())
        .children([enc(kind, sealed).build()])
        .build();
    cell.deliver(account, device, stanza);
    Ok(())
}

/// The messages that a device asks for because it got them without their content, as far as
/// the phone has them.
fn placeholders(
    session: &LinkedSession,
    request_id: &str,
    request: &PeerDataOperationRequestMessage,
) -> wa::Message {
    use waproto::whatsapp::message::peer_data_operation_request_response_message::{
        PeerDataOperationResult, peer_data_operation_result::PlaceholderMessageResendResponse,
    };
    let asked = request.placeholder_message_resend_request.iter();
    let results = asked.filter_map(|asked| {
        let key = asked.message_key.as_option()?;
        let chat: Jid = key.remote_jid.as_deref()?.parse().ok()?;
        let chat_id = session.sim.chat_id(&chat)?;
        let row = session.cell.chats.find(&chat_id, key.id.as_deref()?)?;
        let response = PlaceholderMessageResendResponse {
            web_message_info_bytes: Some(as_kept(&session.sim, &row)?.encode_to_vec()),
        };
        Some(PeerDataOperationResult {
            placeholder_message_resend_response: MessageField::some(response),
            ..Default::default()
        })
    });
    let response = PeerDataOperationRequestResponseMessage {
        peer_data_operation_request_type: Some(
            PeerDataOperationRequestType::PLACEHOLDER_MESSAGE_RESEND,
        ),
        stanza_id: Some(request_id.to_owned()),
        peer_data_operation_result: results.collect(),
    };
    wa::Message {
        protocol_message: MessageField::some(wa::message::ProtocolMessage {
            r#type: Some(Type::PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE),
            peer_data_operation_request_response_message: MessageField::some(response),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// A message as phones pass it on to their devices: with its key, by number.
fn as_kept(sim: &Simulator, row: &Row) -> Option<wa::WebMessageInfo> {
    let message = wa::Message::decode_from_slice(&row.message).ok()?;
    let in_group = row.chat.ends_with("@g.us");
    let chat = match sim.account_by_chat_id(&row.chat) {
        Some(person) => person.jid(false, 0).to_string(),
        None => row.chat.clone(),
    };
    let author = sim.account_by_chat_id(&row.from).map(|author| author.jid(false, 0).to_string());
    let participant = author.filter(|_| in_group && !row.from_me);
    Some(wa::WebMessageInfo {
        key: MessageField::some(wa::MessageKey {
            remote_jid: Some(chat),
            from_me: Some(row.from_me),
            id: Some(row.id.clone()),
            participant: participant.clone(),
        }),
        message: MessageField::some(message),
        message_timestamp: Some(row.timestamp),
        participant,
        push_name: Some(row.name.clone()),
        ..Default::default()
    })
}
