//! How journals and quotes show every kind of message: of each line of the model's
//! `kept/bodies.jsonl`, the lines of the same number in `tests/journal/`.

use serde_json::Value;
use siskin_green_api::{Notification, Sender, View, journal};
use siskin_model::message::{Direction, Quoted, Text};
use siskin_model::{Body, ChatId, Content, InstanceId, Message, MessageId, UnixMillis};

fn lines<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn bodies() -> Vec<Body> {
    lines(include_str!("../../../model/tests/kept/bodies.jsonl"))
}

fn message(body: Body) -> Message {
    let ada = ChatId::parse("15550100002@c.us").unwrap();
    let (id, at) = (MessageId::from_text("3EB0ABCDEF0123456780"), UnixMillis(1_780_000_000_000));
    Message::new(ada.clone(), id, ada, Direction::Incoming, at, body)
}

fn view() -> View<'static> {
    View {
        base_url: "https://media.example",
        instance: InstanceId::FIRST,
        address: &|kept: &ChatId| kept.clone(),
    }
}

#[test]
fn rows_of_every_kind_are_as_they_were() {
    let sender = Sender {
        chat_name: "Chat".to_owned(),
        name: "Name".to_owned(),
        contact_name: "Contact".to_owned(),
    };
    let expected: Vec<Value> = lines(include_str!("../journal/rows.jsonl"));
    let row = |body| journal::message(&message(body), &sender, &view());
    assert_eq!(bodies().into_iter().map(row).collect::<Vec<_>>(), expected);
}

#[test]
fn quotes_of_every_kind_are_as_they_were() {
    let quoted = |body: Body| {
        let quoted = Quoted {
            id: MessageId::from_text("BAE5000000000001"),
            participant: ChatId::parse("15550100003@c.us").unwrap(),
            content: Some(Box::new(body.content)),
        };
        let text = Content::Text(Text { text: "Hello".to_owned(), is_template: false });
        let message = message(Body { quoted: Some(quoted), ..Body::new(text) });
        let told = Notification::message(None, &message, &Sender::default(), &view(), message.at);
        told.body["messageData"]["quotedMessage"].clone()
    };
    let expected: Vec<Value> = lines(include_str!("../journal/quotes.jsonl"));
    assert_eq!(bodies().into_iter().map(quoted).collect::<Vec<_>>(), expected);
}
