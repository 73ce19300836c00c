//! What messages answer, and how often they were forwarded.

use serde_json::json;
use siskin_fleet::port::Parts;
use siskin_model::message::{Command, Direction, Location, Preview};
use waproto::whatsapp as wa;

use super::super::testing::*;

fn text_answering(quoted: Option<wa::Message>) -> wa::Message {
    wa::Message {
        extended_text_message: field(wa::message::ExtendedTextMessage {
            text: some("Yes, that one"),
            context_info: field(wa::ContextInfo {
                stanza_id: some(TARGET),
                participant: some("15550100001@s.whatsapp.net"),
                quoted_message: quoted.map(field).unwrap_or_default(),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[test]
fn a_text_that_answers_has_a_type_of_its_own() {
    let quoted =
        wa::Message { conversation: some("Do you mean the blue one?"), ..Default::default() };
    let expected = json!({
        "typeMessage": "quotedMessage",
        "extendedTextMessageData": {
            "text": "Yes, that one",
            "stanzaId": TARGET,
            "participant": OWN,
        },
        "quotedMessage": {
            "stanzaId": TARGET,
            "participant": OWN,
            "typeMessage": "textMessage",
            "textMessage": "Do you mean the blue one?",
        },
    });
    assert_eq!(incoming_data(&text_answering(Some(quoted))), expected);
}

#[test]
fn an_answered_picture_is_told_in_the_quote() {
    let image = wa::message::ImageMessage {
        mimetype: some("image/jpeg"),
        caption: some("Blue one"),
        jpeg_thumbnail: Some(THUMBNAIL.to_vec()),
        ..Default::default()
    };
    let quoted = wa::Message { image_message: field(image), ..Default::default() };
    let data = incoming_data(&text_answering(Some(quoted)));
    assert_eq!(data["typeMessage"], "quotedMessage");
    let expected = json!({
        "stanzaId": TARGET,
        "participant": OWN,
        "typeMessage": "imageMessage",
        "downloadUrl": "",
        "caption": "Blue one",
        "jpegThumbnail": THUMBNAIL_BASE64,
    });
    assert_eq!(data["quotedMessage"], expected);
}

#[test]
fn a_quote_is_followed_for_one_level() {
    let inner = text_answering(Some(text_answering(None)));
    let body = from_ada(&text_answering(Some(inner))).unwrap();
    assert_eq!(body.quoted.unwrap().content.unwrap().text(), Some("Yes, that one"));
}

#[test]
fn an_answer_whose_quote_is_missing_still_names_it() {
    let data = incoming_data(&text_answering(None));
    assert_eq!(data["quotedMessage"], json!({ "stanzaId": TARGET, "participant": OWN }));
}

#[test]
fn a_forwarded_text_says_so() {
    let message = wa::Message {
        extended_text_message: field(wa::message::ExtendedTextMessage {
            text: some("News"),
            context_info: field(wa::ContextInfo {
                is_forwarded: Some(true),
                forwarding_score: Some(3),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let data = incoming_data(&message);
    assert_eq!(data["typeMessage"], "extendedTextMessage");
    assert_eq!(data["extendedTextMessageData"]["isForwarded"], true);
    assert_eq!(data["extendedTextMessageData"]["forwardingScore"], 3);
}

fn quoting(message: &wa::Message, direction: Direction) -> Parts {
    Parts { quoted: Some(known(message, direction, ADA)), ..Parts::default() }
}

#[test]
fn an_answer_through_the_api_names_what_it_answers() {
    let original = wa::Message {
        conversation: some("Is it open?"),
        message_context_info: field(wa::MessageContextInfo {
            message_secret: Some(vec![5; 32]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let command = Command::Text { text: "Yes".to_owned(), preview: Preview::Off };
    let (message, body) = sent(command, &quoting(&original, Direction::Incoming));
    let data = message_data(body, Direction::Api);
    assert_eq!(data["typeMessage"], "quotedMessage");
    assert_eq!(data["quotedMessage"]["participant"], ADA);
    assert_eq!(data["quotedMessage"]["textMessage"], "Is it open?");
    // The secret of what is quoted stays with those who have it.
    let context = message.extended_text_message.as_option().unwrap();
    let context = context.context_info.as_option().unwrap();
    assert!(context.quoted_message.as_option().unwrap().message_context_info.is_unset());
}

#[test]
fn an_answer_that_is_no_text_keeps_its_type() {
    let original = wa::Message { conversation: some("Where?"), ..Default::default() };
    let command = Command::Location(Location { name: "Here".to_owned(), ..Default::default() });
    let (_, body) = sent(command, &quoting(&original, Direction::Incoming));
    let data = message_data(body, Direction::Api);
    assert_eq!(data["typeMessage"], "locationMessage");
    assert_eq!(data["quotedMessage"]["stanzaId"], TARGET);
}

#[test]
fn a_quote_of_something_that_is_known_by_name_only_is_still_sent() {
    let mut parts =
        quoting(&wa::Message { conversation: some("x"), ..Default::default() }, Direction::Phone);
    if let Some(quoted) = &mut parts.quoted {
        quoted.raw = Vec::new();
    }
    let command = Command::Text { text: "Yes".to_owned(), preview: Preview::Off };
    let (_, body) = sent(command, &parts);
    let quoted = body.quoted.unwrap();
    assert_eq!((quoted.participant.as_str(), quoted.content), (OWN, None));
}
