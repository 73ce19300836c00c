//! Random work on the SQLite store and on the store in memory: they must answer the same.

use proptest::prelude::*;
use siskin_model::{InstanceId, InstanceState, Receipt, Token, UnixMillis};
use siskin_store::conformance::samples::{
    account, after_noon, new_instance, notification, quiet_change,
};
use siskin_store::{MemoryStore, StateChange, Store};

use crate::fresh;

/// Instances that the work is about: those that exist, did exist, and one that never did.
const INSTANCES: u64 = 4;
/// How much work is done in one case.
const STEPS: usize = 60;

#[derive(Debug, Clone)]
enum Step {
    Create,
    Delete(InstanceId),
    Record(InstanceId, InstanceState, bool),
    SaveToken(InstanceId, u8),
    SaveAccount(InstanceId, bool),
    Append(InstanceId, i64),
    Remove(InstanceId, Receipt),
    Clear(InstanceId),
    Expire(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let id = || (0..INSTANCES).prop_map(|n| InstanceId::new(InstanceId::FIRST.get() + n));
    let states = [InstanceState::Authorized, InstanceState::Starting, InstanceState::Blocked];
    let state = proptest::sample::select(states.to_vec());
    prop_oneof![
        2 => Just(Step::Create),
        1 => id().prop_map(Step::Delete),
        2 => (id(), state, any::<bool>())
            .prop_map(|(id, state, told)| Step::Record(id, state, told)),
        1 => (id(), any::<u8>()).prop_map(|(id, token)| Step::SaveToken(id, token)),
        1 => (id(), any::<bool>()).prop_map(|(id, account)| Step::SaveAccount(id, account)),
        6 => (id(), 0..100_i64).prop_map(|(id, millis)| Step::Append(id, millis)),
        3 => (id(), 0..10_i64).prop_map(|(id, receipt)| Step::Remove(id, receipt)),
        1 => id().prop_map(Step::Clear),
        1 => (0..100_i64).prop_map(Step::Expire),
    ]
}

/// Does one step; what it answered, as text.
async fn answer(store: &impl Store, step: &Step) -> String {
    match step.clone() {
        Step::Create => format!("{:?}", store.create(new_instance("new")).await.unwrap()),
        Step::Delete(id) => format!("{:?}", store.delete(id).await.unwrap()),
        Step::Record(id, state, told) => {
            let at = after_noon(50);
            let told = told.then(|| notification(-1, at));
            let change = StateChange { notification: told, ..quiet_change(state, at) };
            format!("{:?}", store.record_state(id, change).await.unwrap())
        }
        Step::SaveToken(id, token) => {
            let token = Token::from_text(token.to_string());
            format!("{:?}", store.save_token(id, &token).await.unwrap())
        }
        Step::SaveAccount(id, some) => {
            let account = some.then(|| account("Ben"));
            format!("{:?}", store.save_account(id, account.as_ref()).await.unwrap())
        }
        Step::Append(id, millis) => {
            let notification = notification(millis, after_noon(millis));
            format!("{:?}", store.append(id, notification).await.unwrap())
        }
        Step::Remove(id, receipt) => format!("{:?}", store.remove(id, receipt).await.unwrap()),
        Step::Clear(id) => format!("{:?}", store.clear(id).await.unwrap()),
        Step::Expire(millis) => format!("{:?}", store.expire(after_noon(millis)).await.unwrap()),
    }
}

/// All that can be read, as text.
async fn everything(store: &impl Store) -> String {
    let rows = store.list().await.unwrap();
    let tokens: Vec<_> = rows.iter().map(|row| row.token.expose().to_owned()).collect();
    let mut text = format!("{rows:?} {tokens:?} {:?}", store.pending().await.unwrap());
    for number in 0..INSTANCES {
        let id = InstanceId::new(InstanceId::FIRST.get() + number);
        for not_before in [UnixMillis(0), after_noon(50)] {
            let oldest = store.oldest(id, not_before).await.unwrap();
            let count = store.count(id, not_before).await.unwrap();
            text += &format!("\n{id} {oldest:?} {count}");
        }
        text += &format!("\n{:?}", store.state_history(id, 5).await.unwrap());
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn both_stores_answer_the_same(steps in proptest::collection::vec(step(), 1..STEPS)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (sqlite, _folder) = fresh().await;
            let memory = MemoryStore::default();
            for step in &steps {
                let expected = answer(&memory, step).await;
                assert_eq!(answer(&sqlite, step).await, expected, "{step:?}");
                assert_eq!(everything(&sqlite).await, everything(&memory).await, "after {step:?}");
            }
        });
    }
}
