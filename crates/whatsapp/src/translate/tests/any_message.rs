//! Whatever WhatsApp sends, it is read and told, or left out; nothing breaks.

use proptest::prelude::*;
use waproto::codec::message_to_vec;
use waproto::whatsapp as wa;

use super::super::testing::*;
use crate::fuzzing::{inbound_message, tell};

/// Numbers of the members of a message, known and unknown.
const MEMBERS: std::ops::Range<u32> = 1..130;

/// A member with that number and content, as it stands on the wire.
fn member(number: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    varint(u64::from(number << 3 | 2), &mut bytes);
    varint(content.len() as u64, &mut bytes);
    bytes.extend_from_slice(content);
    bytes
}

fn varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Messages of many kinds, as others send them.
fn samples() -> Vec<Vec<u8>> {
    let text = wa::Message { conversation: some("Hello"), ..Default::default() };
    let image = wa::message::ImageMessage {
        caption: some("Front door"),
        mimetype: some("image/jpeg"),
        context_info: field(wa::ContextInfo {
            stanza_id: some(TARGET),
            quoted_message: field(text.clone()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let image = wa::Message { image_message: field(image), ..Default::default() };
    let wrapped = wa::Message {
        ephemeral_message: field(wa::message::FutureProofMessage { message: field(image.clone()) }),
        ..Default::default()
    };
    let poll = wa::message::PollCreationMessage { name: some("Drinks?"), ..Default::default() };
    let poll = wa::Message { poll_creation_message_v3: field(poll), ..Default::default() };
    [text, image, wrapped, poll].iter().map(message_to_vec).collect()
}

proptest! {
    #[test]
    fn any_bytes_that_are_a_message_can_be_told(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        inbound_message(&bytes);
    }

    #[test]
    fn any_member_with_any_content_can_be_told(
        number in MEMBERS,
        content in prop::collection::vec(any::<u8>(), 0..80),
        inner in MEMBERS,
    ) {
        let nested = member(number, &member(1, &member(inner, &content)));
        for bytes in [member(number, &content), member(number, &[]), nested] {
            inbound_message(&bytes);
        }
    }

    #[test]
    fn a_message_that_was_tampered_with_can_be_told(
        sample in prop::sample::select(samples()),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = sample;
        let at = at.index(bytes.len());
        bytes[at] = byte;
        inbound_message(&bytes);
    }
}

#[test]
fn wrappers_without_end_are_given_up() {
    let mut message = wa::Message { conversation: some("deep"), ..Default::default() };
    for _ in 0..40 {
        let wrapper = wa::message::FutureProofMessage { message: field(message) };
        message = wa::Message { ephemeral_message: field(wrapper), ..Default::default() };
    }
    tell(&message);
}

/// Up to the depth at which messages are not decoded any more, and beyond.
#[test]
fn however_deep_a_message_is_nested_it_can_be_told() {
    let message = wa::Message::default;
    let wrapped = |inner: wa::Message| {
        let wrapper = wa::message::FutureProofMessage { message: field(inner) };
        wa::Message { ephemeral_message: field(wrapper), ..message() }
    };
    let quoted = |inner: wa::Message| {
        let context = wa::ContextInfo {
            stanza_id: some(TARGET),
            quoted_message: field(inner),
            ..Default::default()
        };
        let text = wa::message::ExtendedTextMessage {
            text: some("deep"),
            context_info: field(context),
            ..Default::default()
        };
        wa::Message { extended_text_message: field(text), ..message() }
    };
    let edited = |inner: wa::Message| {
        let protocol = wa::message::ProtocolMessage {
            key: field(wa::MessageKey { id: some(TARGET), ..Default::default() }),
            edited_message: field(inner),
            ..Default::default()
        };
        wa::Message { protocol_message: field(protocol), ..message() }
    };
    let nestings: [&dyn Fn(wa::Message) -> wa::Message; 3] = [&wrapped, &quoted, &edited];
    for nest in nestings {
        let mut message = wa::Message { conversation: some("deep"), ..message() };
        for _ in 0..55 {
            message = nest(message);
            inbound_message(&message_to_vec(&message));
        }
    }
}
