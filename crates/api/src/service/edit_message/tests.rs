#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::testing::{Api, BOB, validation};
use serde_json::json;
use siskin_model::message::{Direction, ExtendedText, Text};
use siskin_model::{Body, ChatId, Content, MessageId};

#[tokio::test]
async fn a_sent_text_is_changed_and_the_change_has_an_id_of_its_own() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    let id = instance.accepted("sendMessage", &json!({"chatId": BOB, "message": "Helo"})).await;
    instance.sent(&session).await;
    let body = json!({"chatId": BOB, "idMessage": id, "message": "Hello"});
    let change = instance.accepted("editMessage", &body).await;
    assert_ne!(change, id);
    let (sent, said) = instance.sent(&session).await;
    assert_eq!(sent.id.as_str(), change);
    let Content::Edited(edited) = said.content else { panic!("{said:?}") };
    assert_eq!((edited.target.as_str(), edited.text.as_str()), (&*id, "Hello"));
}

#[tokio::test]
async fn what_is_not_an_own_text_is_refused() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    let id = instance.received(&session, BOB, "Hello").await;
    let body = |id: &str, text: &str| json!({"chatId": BOB, "idMessage": id, "message": text});
    let answer = instance.post("editMessage", &body(&id, "Bye")).await;
    validation(&answer, "'idMessage' must be an own text message");
    let answer = instance.post("editMessage", &body("BAE5000000000001", "Bye")).await;
    assert_eq!((answer.status, answer.text()), (400, "Message not found".into()));
    let answer = instance.post("editMessage", &body("BAE5", "")).await;
    let detail = "'message id' must be at least 16 symbols, 'message' is not allowed to be empty";
    validation(&answer, detail);
    let answer = instance.post("editMessage", &body(&id, "\u{a0}\u{3164}")).await;
    validation(&answer, "'message' is not allowed to be empty");
    let answer = instance.post("editMessage", &body(&id, &"x".repeat(20_001))).await;
    let detail = "'message' length must be less than or equal to 20000 characters long";
    validation(&answer, detail);
    instance.nothing_waits().await;
}

#[test]
fn a_quarter_of_an_hour_is_the_end() {
    let text = ExtendedText { text: "Hello".into(), ..ExtendedText::default() };
    let mut message = Message {
        raw: b"text".to_vec(),
        ..Message::new(
            ChatId::parse(BOB).unwrap(),
            MessageId::from_text("BAE5000000000001"),
            ChatId::parse(BOB).unwrap(),
            Direction::Api,
            UnixMillis(0),
            Body::new(Content::ExtendedText(text)),
        )
    };
    let end = UnixMillis(0).plus(Message::EDITABLE);
    assert!(require_editable(&message, end).is_ok());
    let late = require_editable(&message, UnixMillis(end.0 + 1)).unwrap_err();
    assert!(late.to_string().ends_with("'idMessage' must be a message of the last 15 minutes"));
    message.is_deleted = true;
    assert!(require_editable(&message, end).is_err());
    message.is_deleted = false;
    message.direction = Direction::Phone;
    message.body = Body::new(Content::Text(Text { text: "Hello".into(), is_template: false }));
    assert!(require_editable(&message, end).is_ok());
    message.direction = Direction::Api;
    message.raw.clear();
    assert!(require_editable(&message, end).is_err(), "it never left");
    message.status = Some(siskin_model::MessageStatus::Pending);
    let late = end.plus(Message::EDITABLE);
    assert!(require_editable(&message, late).is_ok(), "it waits, and has not left");
}
