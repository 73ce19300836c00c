//! Changes of earlier messages, and what is between devices only.

use serde_json::json;
use siskin_fleet::port::Parts;
use siskin_model::MessageId;
use siskin_model::message::{Command, Direction};
use wa::message::ProtocolMessage;
use wa::message::protocol_message::Type;
use wacore::types::message::EditAttribute;
use waproto::whatsapp as wa;

use super::super::testing::*;

fn protocol(message: ProtocolMessage) -> wa::Message {
    wa::Message { protocol_message: field(message), ..Default::default() }
}

fn key() -> buffa::MessageField<wa::MessageKey> {
    field(wa::MessageKey { id: some(TARGET), from_me: Some(true), ..Default::default() })
}

#[test]
fn an_edit_is_told_with_its_new_text_or_caption() {
    let edit = |edited: wa::Message| {
        protocol(ProtocolMessage {
            key: key(),
            r#type: Some(Type::MessageEdit),
            edited_message: field(edited),
            ..Default::default()
        })
    };
    let text = edit(wa::Message { conversation: some("Open tomorrow?"), ..Default::default() });
    let expected = json!({
        "typeMessage": "editedMessage",
        "editedMessageData": { "textMessage": "Open tomorrow?", "stanzaId": TARGET },
    });
    assert_eq!(incoming_data(&text), expected);
    let wrapped = wa::Message {
        edited_message: field(wa::message::FutureProofMessage { message: field(text) }),
        ..Default::default()
    };
    assert_eq!(incoming_data(&wrapped), expected);
    let image =
        wa::message::ImageMessage { caption: some("Front door, new paint"), ..Default::default() };
    let caption = edit(wa::Message { image_message: field(image), ..Default::default() });
    let expected = json!({
        "typeMessage": "editedMessage",
        "editedMessageData": { "caption": "Front door, new paint", "stanzaId": TARGET },
    });
    assert_eq!(incoming_data(&caption), expected);
}

#[test]
fn a_deletion_names_its_message() {
    let message =
        protocol(ProtocolMessage { key: key(), r#type: Some(Type::Revoke), ..Default::default() });
    let expected = json!({
        "typeMessage": "deletedMessage",
        "deletedMessageData": { "stanzaId": TARGET },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn what_is_between_devices_is_not_told_and_does_nothing() {
    let silent = [
        protocol(ProtocolMessage {
            r#type: Some(Type::HistorySyncNotification),
            history_sync_notification: field(wa::message::HistorySyncNotification::default()),
            ..Default::default()
        }),
        protocol(ProtocolMessage {
            r#type: Some(Type::AppStateSyncKeyShare),
            app_state_sync_key_share: field(wa::message::AppStateSyncKeyShare::default()),
            ..Default::default()
        }),
        protocol(ProtocolMessage {
            r#type: Some(Type::EphemeralSetting),
            ephemeral_expiration: Some(86400),
            ..Default::default()
        }),
        wa::Message {
            sender_key_distribution_message: field(
                wa::message::SenderKeyDistributionMessage::default(),
            ),
            ..Default::default()
        },
        wa::Message {
            secret_encrypted_message: field(wa::message::SecretEncryptedMessage::default()),
            ..Default::default()
        },
        wa::Message::default(),
    ];
    for message in silent {
        assert_eq!(from_ada(&message), None);
    }
}

#[test]
fn an_edit_through_the_api_keeps_the_file() {
    let image = wa::message::ImageMessage {
        direct_path: some("/v/original"),
        caption: some("Old"),
        ..Default::default()
    };
    let original = wa::Message { image_message: field(image), ..Default::default() };
    let source = Some(known(&original, Direction::Api, ADA));
    let command = Command::Edit { target: MessageId::from_text(TARGET), text: "New".to_owned() };
    let (message, body) = sent(command, &Parts { source, ..Parts::default() });
    let data = message_data(body, Direction::Api);
    assert_eq!(data["editedMessageData"], json!({ "caption": "New", "stanzaId": TARGET }));
    let protocol = message.protocol_message.as_option().unwrap();
    let edited = protocol.edited_message.as_option().unwrap();
    let image = edited.image_message.as_option().unwrap();
    assert_eq!(image.direct_path.as_deref(), Some("/v/original"));
    assert_eq!(EditAttribute::infer_from_message(&message), Some(EditAttribute::MessageEdit));
}

#[test]
fn an_edit_of_a_text_is_a_text() {
    let original = wa::Message { conversation: some("Yes, until six."), ..Default::default() };
    let source = Some(known(&original, Direction::Api, GROUP));
    let command = Command::Edit {
        target: MessageId::from_text(TARGET),
        text: "Yes, until seven.".to_owned(),
    };
    let (message, body) = sent_to(GROUP, command, &Parts { source, ..Parts::default() });
    let expected = json!({
        "typeMessage": "editedMessage",
        "editedMessageData": { "textMessage": "Yes, until seven.", "stanzaId": TARGET },
    });
    assert_eq!(message_data(body, Direction::Api), expected);
    let key = message.protocol_message.as_option().unwrap().key.as_option().unwrap().clone();
    assert_eq!(key.participant.as_deref(), Some("15550100001@s.whatsapp.net"));
}

#[test]
fn who_deletes_what_is_told_on_the_wire() {
    let original = wa::Message { conversation: some("Oops"), ..Default::default() };
    let delete = |direction, chat: &str| {
        let source = Some(known(&original, direction, chat));
        let command = Command::Delete { target: MessageId::from_text(TARGET), only_for_me: false };
        sent_to(chat, command, &Parts { source, ..Parts::default() }).0
    };
    let own = delete(Direction::Api, ADA);
    assert_eq!(EditAttribute::infer_from_message(&own), Some(EditAttribute::SenderRevoke));
    let others = delete(Direction::Incoming, GROUP);
    assert_eq!(EditAttribute::infer_from_message(&others), Some(EditAttribute::AdminRevoke));
    let key = others.protocol_message.as_option().unwrap().key.as_option().unwrap().clone();
    assert_eq!(key.participant.as_deref(), Some("15550100002@s.whatsapp.net"));
}
