//! What the tests of all kinds need.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use siskin_fleet::port::Parts;
use siskin_green_api::{Notification, Sender, View};
use siskin_model::message::{Command, Direction, Outgoing};
use siskin_model::{Account, Body, ChatId, InstanceId, Message, MessageId, UnixMillis};
use waproto::whatsapp as wa;

use super::{Draft, Envelope, Uploaded, build, read};
use crate::jid::jid_of;

pub(super) const OWN: &str = "15550100001@c.us";
pub(super) const ADA: &str = "15550100002@c.us";
pub(super) const GROUP: &str = "120363000000000001@g.us";
/// The message that is answered, edited or reacted to.
pub(super) const TARGET: &str = "3EB0ABCDEF0123456789";
/// The message itself.
pub(super) const ID: &str = "f-0001";
/// A picture, and how the API shows it.
pub(super) const THUMBNAIL: &[u8] = b"hello-thumb";
pub(super) const THUMBNAIL_BASE64: &str = "aGVsbG8tdGh1bWI=";

pub(super) fn chat(text: &str) -> ChatId {
    ChatId::parse(text).unwrap()
}

pub(super) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(super) fn field<T: Default>(value: T) -> buffa::MessageField<T> {
    buffa::MessageField::some(value)
}

/// Reads a message that Ada wrote in the chat with her.
pub(super) fn from_ada(message: &wa::Message) -> Option<Body> {
    let (own, ada) = (chat(OWN), chat(ADA));
    let id = MessageId::from_text(ID);
    let envelope = Envelope { own: Some(&own), chat: &ada, sender: &ada, id: &id, by_api: false };
    read(message, &envelope)
}

fn stored(body: Body, direction: Direction) -> Message {
    let sender = chat(if direction.is_outgoing() { OWN } else { ADA });
    Message::new(chat(ADA), MessageId::from_text(ID), sender, direction, UnixMillis(0), body)
}

/// The `messageData` of the notification that tells of a body.
pub(super) fn message_data(body: Body, direction: Direction) -> Value {
    let view = View {
        base_url: "https://gateway.example",
        instance: InstanceId::FIRST,
        address: &|kept| kept.clone(),
    };
    let account: Option<&Account> = None;
    let notification = Notification::message(
        account,
        &stored(body, direction),
        &Sender::default(),
        &view,
        UnixMillis(0),
    );
    notification.body["messageData"].clone()
}

/// The `messageData` of a message that Ada wrote.
pub(super) fn incoming_data(message: &wa::Message) -> Value {
    message_data(from_ada(message).unwrap(), Direction::Incoming)
}

/// A message of the journal with WhatsApp's form of it.
pub(super) fn known(message: &wa::Message, direction: Direction, chat_id: &str) -> Message {
    let body = from_ada(message).unwrap();
    let raw = waproto::codec::message_to_vec(message);
    let id = MessageId::from_text(TARGET);
    Message { raw, id, chat: chat(chat_id), ..stored(body, direction) }
}

pub(super) fn outgoing(command: Command, to: &str) -> Outgoing {
    Outgoing {
        id: MessageId::from_text(ID),
        chat: chat(to),
        command,
        quoted: None,
        typing: None,
        method: String::new(),
        request: Value::Null,
        batch: None,
        accepted: UnixMillis(1_780_000_000_000),
    }
}

/// Builds a message, sends it over the wire, and reads it as the gateway tells it.
pub(super) fn sent(command: Command, parts: &Parts) -> (wa::Message, Body) {
    sent_to(ADA, command, parts)
}

pub(super) fn sent_to(to: &str, command: Command, parts: &Parts) -> (wa::Message, Body) {
    let outgoing = outgoing(command, to);
    let author = |message: &Option<Message>| message.as_ref().map(|it| jid_of(&it.sender));
    let uploaded = Uploaded {
        url: "https://mmg.whatsapp.net/v/t62/1?auth=a".to_owned(),
        direct_path: "/v/t62/1".to_owned(),
        media_key: [1; 32],
        media_key_timestamp: 1_780_000_000,
        file_sha256: [2; 32],
        file_enc_sha256: [3; 32],
        file_length: 12,
        streaming_sidecar: None,
    };
    let draft = Draft {
        outgoing: &outgoing,
        parts,
        uploaded: Some(uploaded),
        quoted_author: author(&parts.quoted),
        source_author: author(&parts.source),
        secret: [9; 32],
    };
    let built = build(&draft).unwrap();
    let message = waproto::codec::message_decode(&waproto::codec::message_to_vec(&built)).unwrap();
    let (own, to) = (chat(OWN), outgoing.chat.clone());
    let envelope =
        Envelope { own: Some(&own), chat: &to, sender: &own, id: &outgoing.id, by_api: true };
    let body = read(&message, &envelope).unwrap();
    (message, body)
}
