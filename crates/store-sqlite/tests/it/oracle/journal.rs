use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use siskin_model::message::{Direction, Reaction};
use siskin_model::{Body, ChatId, Content, InstanceId, Message, MessageId, StoredFile};
use siskin_store::{Amendment, Entry, Replacement, Store};
use siskin_store_testing::conformance::message_samples::{file, message, message_id, text};

use super::{chat, id, moment, number, told};

#[derive(Debug, Clone)]
pub enum Step {
    Record(InstanceId, Vec<Entry>),
    MarkRead(InstanceId, ChatId, Vec<MessageId>),
}

pub fn step() -> impl Strategy<Value = Step> {
    let ids = vec(number().prop_map(message_id), 0..4);
    prop_oneof![
        4 => (id(), vec(entry(), 1..4)).prop_map(|(id, entries)| Step::Record(id, entries)),
        1 => (id(), chat(), ids).prop_map(|(id, chat, ids)| Step::MarkRead(id, chat, ids)),
    ]
}

pub async fn answer(store: &impl Store, step: Step) -> String {
    match step {
        Step::Record(id, entries) => format!("{:?}", store.record(id, entries).await.unwrap()),
        Step::MarkRead(id, chat, ids) => {
            format!("{:?}", store.mark_read(id, &chat, &ids).await.unwrap())
        }
    }
}

/// An entry of any kind.
pub fn entry() -> impl Strategy<Value = Entry> {
    (a_message(), told(), option::of(0..8_u8), option::of(amendment()), any::<bool>()).prop_map(
        |(message, notification, number, amendment, replaces)| {
            let of = Some((message.chat.clone(), message.id.clone()));
            let file = number.map(|number| StoredFile { message: of, ..file(number) });
            let replacement = if replaces { Replacement::Unreadable } else { Replacement::Never };
            Entry { message, notification, file, amendment, replacement }
        },
    )
}

fn amendment() -> impl Strategy<Value = Amendment> {
    (number(), option::of(a_body()), any::<bool>()).prop_map(|(target, edited, by_admin)| {
        Amendment { target: message_id(target), edited, by_admin }
    })
}

fn a_body() -> impl Strategy<Value = Body> {
    prop_oneof![
        number().prop_map(|number| text(&format!("text {number}"))),
        (number(), chat()).prop_map(|(target, participant)| {
            let target = message_id(target);
            Body::new(Content::Reaction(Reaction { text: String::new(), target, participant }))
        }),
    ]
}

fn a_message() -> impl Strategy<Value = Message> {
    let directions = [Direction::Incoming, Direction::Phone, Direction::Api];
    let direction = proptest::sample::select(directions.to_vec());
    (chat(), chat(), number(), direction, moment(), a_body(), any::<bool>()).prop_map(
        |(chat, sender, number, direction, at, body, is_readable)| Message {
            sender,
            direction,
            at,
            body,
            raw: if is_readable { vec![7] } else { Vec::new() },
            ..message(&chat, number)
        },
    )
}
