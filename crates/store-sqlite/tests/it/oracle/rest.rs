use proptest::collection::vec;
use proptest::prelude::*;
use siskin_green_api::Notification;
use siskin_model::{
    CallRecord, CallStatus, ChatId, FileState, InstanceId, Person, StoredFile, Timer, UnixMillis,
};
use siskin_store::Store;
use siskin_store_testing::conformance::message_samples::{call, file, message_id};

use super::{chat, id, moment, number, told};

#[derive(Debug, Clone)]
pub enum Step {
    AddFile(InstanceId, StoredFile),
    SetFileState(InstanceId, u8, FileState, UnixMillis),
    RemoveFile(InstanceId, u8),
    Learn(InstanceId, Vec<Person>),
    SaveContactName(InstanceId, ChatId, String),
    RecordCall(InstanceId, CallRecord, Option<Notification>),
    SetTimer(InstanceId, ChatId, Timer),
}

pub fn step() -> impl Strategy<Value = Step> {
    let states = [FileState::Pending, FileState::Stored, FileState::Lost];
    let state = proptest::sample::select(states.to_vec());
    let file = || 0..8_u8;
    prop_oneof![
        2 => (id(), a_file()).prop_map(|(id, file)| Step::AddFile(id, file)),
        1 => (id(), file(), state, moment())
            .prop_map(|(id, file, state, at)| Step::SetFileState(id, file, state, at)),
        1 => (id(), file()).prop_map(|(id, file)| Step::RemoveFile(id, file)),
        3 => (id(), vec(a_person(), 1..3)).prop_map(|(id, people)| Step::Learn(id, people)),
        1 => (id(), chat(), a_name())
            .prop_map(|(id, chat, name)| Step::SaveContactName(id, chat, name)),
        2 => (id(), a_call(), told())
            .prop_map(|(id, call, told)| Step::RecordCall(id, call, told)),
        2 => (id(), chat(), 0..3_u32, moment())
            .prop_map(|(id, chat, seconds, since)| {
                Step::SetTimer(id, chat, Timer { seconds, since })
            }),
    ]
}

pub async fn answer(store: &impl Store, step: Step) -> String {
    match step {
        Step::AddFile(id, file) => format!("{:?}", store.add_file(id, &file).await.unwrap()),
        Step::SetFileState(id, number, state, expires) => {
            let token = file(number).token;
            format!("{:?}", store.set_file_state(id, &token, state, expires).await.unwrap())
        }
        Step::RemoveFile(id, number) => {
            format!("{:?}", store.remove_file(id, &file(number).token).await.unwrap())
        }
        Step::Learn(id, people) => format!("{:?}", store.learn(id, people).await.unwrap()),
        Step::SaveContactName(id, chat, name) => {
            format!("{:?}", store.save_contact_name(id, &chat, &name).await.unwrap())
        }
        Step::RecordCall(id, call, told) => {
            format!("{:?}", store.record_call(id, &call, told).await.unwrap())
        }
        Step::SetTimer(id, chat, timer) => {
            format!("{:?}", store.set_timer(id, &chat, timer).await.unwrap())
        }
    }
}

fn a_file() -> impl Strategy<Value = StoredFile> {
    (0..8_u8, proptest::option::of((chat(), number())), moment()).prop_map(
        |(token, message, expires)| StoredFile {
            message: message.map(|(chat, number)| (chat, message_id(number))),
            expires,
            ..file(token)
        },
    )
}

fn a_name() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![String::new(), "A".to_owned(), "B".to_owned()])
}

fn a_person() -> impl Strategy<Value = Person> {
    (chat(), proptest::option::of(chat()), a_name(), a_name())
        .prop_map(|(id, lid, name, contact_name)| Person { id, lid, name, contact_name })
}

fn a_call() -> impl Strategy<Value = CallRecord> {
    let all = [CallStatus::Offer, CallStatus::PickUp, CallStatus::HungUp, CallStatus::Declined];
    let status = proptest::sample::select(all.to_vec());
    (0..3_u8, any::<bool>(), chat(), status, moment()).prop_map(
        |(number, is_incoming, chat, status, at)| CallRecord {
            is_incoming,
            chat,
            status,
            at,
            ..call(&number.to_string())
        },
    )
}
