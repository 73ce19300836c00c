use proptest::collection::vec;
use proptest::prelude::*;
use siskin_model::message::{Command, Outgoing};
use siskin_model::{InstanceId, MessageStatus, UnixMillis};
use siskin_store::conformance::message_samples::{message_id, outgoing, step as progress};
use siskin_store::{Entry, Progress, Store};

use super::{chat, id, journal, moment, number, told};

#[derive(Debug, Clone)]
pub enum Step {
    Enqueue(InstanceId, Vec<Outgoing>),
    Leave(InstanceId, i64, Box<Entry>),
    GiveUp(InstanceId, i64, Box<Entry>),
    Advance(InstanceId, Vec<Progress>),
    Clear(InstanceId),
    Expire(UnixMillis),
}

pub fn step() -> impl Strategy<Value = Step> {
    let place = || 1..16_i64;
    prop_oneof![
        4 => (id(), vec(an_outgoing(), 1..3)).prop_map(|(id, all)| Step::Enqueue(id, all)),
        4 => (id(), place(), journal::entry())
            .prop_map(|(id, place, entry)| Step::Leave(id, place, Box::new(entry))),
        1 => (id(), place(), journal::entry())
            .prop_map(|(id, place, lost)| Step::GiveUp(id, place, Box::new(lost))),
        4 => (id(), vec(a_progress(), 1..4)).prop_map(|(id, steps)| Step::Advance(id, steps)),
        1 => id().prop_map(Step::Clear),
        1 => moment().prop_map(Step::Expire),
    ]
}

pub async fn answer(store: &impl Store, step: Step) -> String {
    match step {
        Step::Enqueue(id, all) => format!("{:?}", store.enqueue(id, all).await.unwrap()),
        Step::Leave(id, place, entry) => {
            format!("{:?}", store.leave(id, place, *entry).await.unwrap())
        }
        Step::GiveUp(id, place, lost) => {
            let Entry { message, notification, .. } = *lost;
            let lost = notification.is_some().then_some(message);
            format!("{:?}", store.give_up(id, place, lost, notification).await.unwrap())
        }
        Step::Advance(id, steps) => format!("{:?}", store.advance(id, steps).await.unwrap()),
        Step::Clear(id) => format!("{:?}", store.clear_waiting(id).await.unwrap()),
        Step::Expire(before) => format!("{:?}", store.expire_waiting(before).await.unwrap()),
    }
}

fn an_outgoing() -> impl Strategy<Value = Outgoing> {
    (chat(), number(), moment(), proptest::option::of(chat())).prop_map(
        |(chat, number, accepted, from)| {
            let message = outgoing(&chat, number);
            let command = match from {
                Some(from) => Command::Forward { from, message: message_id(number) },
                None => message.command.clone(),
            };
            Outgoing { accepted, command, ..message }
        },
    )
}

fn a_progress() -> impl Strategy<Value = Progress> {
    let all = [
        MessageStatus::Pending,
        MessageStatus::Sent,
        MessageStatus::Failed,
        MessageStatus::Delivered,
        MessageStatus::Read,
    ];
    let status = proptest::sample::select(all.to_vec());
    (chat(), number(), status, moment(), told()).prop_map(
        |(chat, number, status, at, notification)| Progress {
            notification,
            description: at.0.to_string(),
            ..progress(&chat, number, status, at)
        },
    )
}
