use proptest::collection::vec;
use proptest::prelude::*;
use siskin_model::message::{Command, Outgoing};
use siskin_model::{ChatId, InstanceId, MessageStatus, UnixMillis};
use siskin_store::{Entry, Progress, Store};
use siskin_store_testing::conformance::message_samples::{
    message_id, outgoing, step as progress, waiting,
};

use super::{chat, id, journal, moment, number, told};

#[derive(Debug, Clone)]
pub enum Step {
    /// With what the journal shows of them.
    Enqueue(InstanceId, Vec<Outgoing>, bool),
    Withdraw(InstanceId, ChatId, i64),
    Leave(InstanceId, i64, Box<Entry>),
    GiveUp(InstanceId, i64, Box<Entry>),
    Advance(InstanceId, Vec<Progress>),
    Clear(InstanceId),
    Expire(UnixMillis),
}

pub fn step() -> impl Strategy<Value = Step> {
    let place = || 1..16_i64;
    prop_oneof![
        4 => (id(), vec(an_outgoing(), 1..3), any::<bool>())
            .prop_map(|(id, all, shown)| Step::Enqueue(id, all, shown)),
        1 => (id(), chat(), number())
            .prop_map(|(id, chat, number)| Step::Withdraw(id, chat, number)),
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
        Step::Enqueue(id, all, shown) => {
            let rows = all.iter().filter(|_| shown).map(waiting).collect();
            format!("{:?}", store.enqueue(id, all, rows).await.unwrap())
        }
        Step::Withdraw(id, chat, number) => {
            format!("{:?}", store.withdraw(id, &chat, &message_id(number)).await.unwrap())
        }
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
