//! What a linked device asks its own phone, in peer messages that are end to end encrypted and in
//! receipts, and what the phone answers.

mod media;

use buffa::{Message as _, MessageField};
use siskin_sim_server::Directory;
use siskin_sim_server::error::Error;
use siskin_sim_server::node::NodeExt as _;
use wacore_binary::{Jid, Node};
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::{
    PeerDataOperationRequestMessage, PeerDataOperationRequestResponseMessage,
    PeerDataOperationRequestType,
};

pub(crate) use media::upload_again;

use crate::chats::Row;
use crate::client::Client;
use crate::keys::address;
use crate::{companions, history};

/// The phone reads a peer message and does what it asks. What it cannot do is counted.
pub(crate) async fn answer(client: &Client, device: u16, message: &Node) -> Result<(), Error> {
    let counters = &client.server.counters;
    let Some(enc) = message.get_optional_child("enc") else {
        return Ok(());
    };
    let from = address(&client.account.phone, device);
    let opened = client.phone.lock().await.decrypt(&from, &enc.text("type"), enc.content()).await;
    client.account.mark_changed();
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, "a phone cannot read what its device sent");
            counters.unknown("peer message (unreadable)");
            return Ok(());
        }
    };
    let Some(protocol) = opened.protocol_message.as_option() else {
        counters.unknown("peer message (no request)");
        return Ok(());
    };
    if protocol.r#type == Some(Type::APP_STATE_SYNC_KEY_REQUEST) {
        return companions::share_again(client, device).await;
    }
    let request = protocol.peer_data_operation_request_message.as_option();
    let kind = request.and_then(|request| request.peer_data_operation_request_type);
    match (request, kind) {
        (Some(request), Some(PeerDataOperationRequestType::PLACEHOLDER_MESSAGE_RESEND)) => {
            let answer = placeholders(client, &message.text("id"), request);
            companions::tell(client, device, &answer).await
        }
        (Some(request), Some(PeerDataOperationRequestType::HISTORY_SYNC_ON_DEMAND)) => {
            let Some(wanted) = request.history_sync_on_demand_request.as_option() else {
                return Ok(());
            };
            history::tell_before(client, device, &message.text("id"), wanted).await
        }
        _ => {
            let kind = protocol.r#type.map(|kind| format!("{kind:?}")).unwrap_or_default();
            counters.unknown(&format!("peer message {kind}"));
            Ok(())
        }
    }
}

/// The messages that a device asks for because it got them without their content, as far as
/// the phone has them.
fn placeholders(
    client: &Client,
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
        let chat_id = client.server.directory.chat_id(&chat)?;
        let row = client.phone.chats.find(&chat_id, key.id.as_deref()?)?;
        let response = PlaceholderMessageResendResponse {
            web_message_info_bytes: Some(as_kept(&client.server.directory, &row)?.encode_to_vec()),
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
fn as_kept(directory: &Directory, row: &Row) -> Option<wa::WebMessageInfo> {
    let message = wa::Message::decode_from_slice(&row.message).ok()?;
    let in_group = row.chat.ends_with("@g.us");
    let chat = match directory.account_by_chat_id(&row.chat) {
        Some(person) => person.jid(false, 0).to_string(),
        None => row.chat.clone(),
    };
    let author =
        directory.account_by_chat_id(&row.from).map(|author| author.jid(false, 0).to_string());
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
