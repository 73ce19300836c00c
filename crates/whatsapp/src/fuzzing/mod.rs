//! What has to hold whatever WhatsApp sends: the target `inbound_message` of `fuzz/`, and the
//! tests that try any message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod using;

use serde_json::Value;
use siskin_green_api::{Notification, Sender, View, journal};
use siskin_model::message::Direction;
use siskin_model::{Body, ChatId, InstanceId, Message, MessageId, UnixMillis};
use waproto::codec::{message_decode, message_to_vec};
use waproto::whatsapp as wa;

use crate::translate::{self, Envelope};

const OWN: &str = "15550100001@c.us";
const ADA: &str = "15550100002@c.us";
const ADA_LID: &str = "100000000000002@lid";
const GROUP: &str = "120363000000000001@g.us";
const ID: &str = "3EB0ABCDEF0123456789";

/// What a message may grow to when it is told: so many bytes for each of its own, since an
/// empty button of two bytes has names for all of its members in JSON …
const GROWTH: usize = 64;
/// … and so many for what stands around it.
const AROUND: usize = 4096;

/// Reads bytes as a message of WhatsApp's. What is one is told in every way that there is and
/// used in every way that it can be; what is none is left alone.
///
/// # Panics
/// When something does not hold: that is a finding.
pub fn inbound_message(bytes: &[u8]) {
    if let Ok(message) = message_decode(bytes) {
        tell(&message);
    }
}

/// The same for a message that was read already.
pub(crate) fn tell(message: &wa::Message) {
    let raw = message_to_vec(message);
    let largest = raw.len() * GROWTH + AROUND;
    // From a person, through this gateway, in a group.
    for (place, writer, by_api) in [(ADA, ADA, false), (ADA, OWN, true), (GROUP, ADA, false)] {
        let (own, place, writer, id) = (chat(OWN), chat(place), chat(writer), id());
        let envelope = Envelope { own: Some(&own), chat: &place, sender: &writer, id: &id, by_api };
        let Some(body) = translate::read(message, &envelope) else { continue };
        for direction in [Direction::Incoming, Direction::Phone, Direction::Api] {
            let stored = stored(&place, &writer, body.clone(), direction, raw.clone());
            told(&stored, largest);
            using::used(&stored);
        }
        can_be_kept(&body, largest);
    }
    let _ = translate::file_reference(message);
    using::opened(message);
}

/// A message shows up in a notification and in a journal: by numbers, and by LIDs.
fn told(message: &Message, largest: usize) {
    let by_number = |kept: &ChatId| kept.clone();
    let by_lid = |kept: &ChatId| if kept.as_str() == ADA { chat(ADA_LID) } else { kept.clone() };
    let ways: [&(dyn Fn(&ChatId) -> ChatId + Send + Sync); 2] = [&by_number, &by_lid];
    let sender = Sender::default();
    for address in ways {
        let instance = InstanceId::FIRST;
        let view = View { base_url: "https://gateway.example", instance, address };
        let now = message.at;
        let notification = Notification::message(None, message, &sender, &view, now).body;
        let data = &notification["messageData"];
        is_json(&notification, largest);
        let row = journal::message(message, &sender, &view);
        is_json(&row, largest);
        for kind in [&data["typeMessage"], &row["typeMessage"]] {
            assert!(kind.as_str().is_some_and(|kind| !kind.is_empty()), "no type: {row}");
        }
    }
}

/// Bodies are kept as JSON.
fn can_be_kept(body: &Body, largest: usize) {
    let kept = serde_json::to_value(body).unwrap();
    is_json(&kept, largest);
    let read: Result<Body, _> = serde_json::from_value(kept);
    read.expect("what was kept can be read");
}

fn is_json(value: &Value, largest: usize) {
    let text = value.to_string();
    assert!(text.len() <= largest, "{} bytes, where {largest} are many: {text}", text.len());
    let read: Result<Value, _> = serde_json::from_str(&text);
    assert!(read.is_ok(), "{text}");
}

fn stored(
    place: &ChatId,
    writer: &ChatId,
    body: Body,
    direction: Direction,
    raw: Vec<u8>,
) -> Message {
    let writer = if direction.is_outgoing() { chat(OWN) } else { writer.clone() };
    let at = UnixMillis(1_780_000_000_000);
    Message { raw, ..Message::new(place.clone(), id(), writer, direction, at, body) }
}

fn chat(text: &str) -> ChatId {
    ChatId::parse(text).unwrap()
}

fn id() -> MessageId {
    MessageId::from_text(ID)
}
