//! Random work on the SQLite store and on the store in memory: they must answer the same.

mod instances;
mod journal;
mod outbox;
mod rest;

use proptest::prelude::*;
use siskin_green_api::Notification;
use siskin_model::{ChatId, InstanceId, UnixMillis};
use siskin_store::Store;
use siskin_store_testing::MemoryStore;
use siskin_store_testing::conformance::contents::contents;
use siskin_store_testing::conformance::message_samples::{ann, ben, group, lid_of_ann, own};
use siskin_store_testing::conformance::samples::{after_noon, notification};

use crate::fresh;

/// Instances that the work is about: those that exist, did exist, and one that never did.
const INSTANCES: u64 = 3;
/// How much work is done in one case.
const STEPS: usize = 60;
/// How much of it is looked at by reading everything; each look reads hundreds of rows.
const LOOK_EVERY: usize = 8;

#[derive(Debug, Clone)]
enum Step {
    Instances(instances::Step),
    Journal(journal::Step),
    Outbox(outbox::Step),
    Rest(rest::Step),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => instances::step().prop_map(Step::Instances),
        5 => journal::step().prop_map(Step::Journal),
        5 => outbox::step().prop_map(Step::Outbox),
        4 => rest::step().prop_map(Step::Rest),
    ]
}

/// Does one step; what it answered, as text.
async fn answer(store: &impl Store, step: &Step) -> String {
    match step.clone() {
        Step::Instances(step) => instances::answer(store, step).await,
        Step::Journal(step) => journal::answer(store, step).await,
        Step::Outbox(step) => outbox::answer(store, step).await,
        Step::Rest(step) => rest::answer(store, step).await,
    }
}

/// All that can be read, as text.
async fn everything(store: &impl Store) -> String {
    let mut text = format!("{:?}", store.pending().await.unwrap());
    text += &format!("{:?}", store.deleted().await.unwrap());
    for (id, token) in store.expired_files(after_noon(50), 9).await.unwrap() {
        text += &format!(" {id} {}", token.expose());
    }
    for number in 0..INSTANCES {
        text += &contents(store, InstanceId::new(InstanceId::FIRST.get() + number)).await;
    }
    text
}

fn id() -> impl Strategy<Value = InstanceId> {
    // Most of the work is for one instance, so that it meets itself.
    prop_oneof![4 => Just(0), 1 => 0..INSTANCES]
        .prop_map(|number| InstanceId::new(InstanceId::FIRST.get() + number))
}

fn chat() -> impl Strategy<Value = ChatId> {
    proptest::sample::select(vec![ann(), ben(), lid_of_ann(), group(), own()])
}

/// The number in the id of a message.
fn number() -> std::ops::Range<i64> {
    0..8
}

fn moment() -> impl Strategy<Value = UnixMillis> {
    (0..100_i64).prop_map(after_noon)
}

fn told() -> impl Strategy<Value = Option<Notification>> {
    proptest::option::of(moment().prop_map(|at| notification(at.0, at)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn both_stores_answer_the_same(steps in proptest::collection::vec(step(), 1..STEPS)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (sqlite, _folder) = fresh().await;
            let memory = MemoryStore::default();
            for (number, step) in steps.iter().enumerate() {
                let expected = answer(&memory, step).await;
                assert_eq!(answer(&sqlite, step).await, expected, "{step:?}");
                if number % LOOK_EVERY == LOOK_EVERY - 1 || number + 1 == steps.len() {
                    let expected = everything(&memory).await;
                    assert_eq!(everything(&sqlite).await, expected, "after {step:?}");
                }
            }
        });
    }
}
