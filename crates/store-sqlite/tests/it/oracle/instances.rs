use std::collections::BTreeSet;

use proptest::prelude::*;
use siskin_model::{InstanceId, InstanceState, Receipt, Token, UnixMillis};
use siskin_store::{StateChange, Store};
use siskin_store_testing::conformance::samples::{
    account, after_noon, new_instance, notification, quiet_change,
};

use super::{id, moment};

#[derive(Debug, Clone)]
pub enum Step {
    Create,
    Delete(InstanceId, UnixMillis),
    ForgetDeleted(UnixMillis),
    Record(InstanceId, InstanceState, bool),
    SaveToken(InstanceId, u8),
    SaveAccount(InstanceId, bool),
    Append(InstanceId, UnixMillis),
    Remove(InstanceId, Vec<Receipt>),
    Logged(InstanceId, Receipt, u32),
    Clear(InstanceId),
    Expire(UnixMillis),
}

pub fn step() -> impl Strategy<Value = Step> {
    let states = [InstanceState::Authorized, InstanceState::Starting, InstanceState::Blocked];
    let state = proptest::sample::select(states.to_vec());
    prop_oneof![
        4 => Just(Step::Create),
        1 => (id(), moment()).prop_map(|(id, at)| Step::Delete(id, at)),
        1 => moment().prop_map(Step::ForgetDeleted),
        2 => (id(), state, any::<bool>())
            .prop_map(|(id, state, told)| Step::Record(id, state, told)),
        1 => (id(), any::<u8>()).prop_map(|(id, token)| Step::SaveToken(id, token)),
        1 => (id(), any::<bool>()).prop_map(|(id, account)| Step::SaveAccount(id, account)),
        6 => (id(), moment()).prop_map(|(id, at)| Step::Append(id, at)),
        3 => (id(), proptest::collection::vec(0..10_i64, 0..3))
            .prop_map(|(id, receipts)| Step::Remove(id, receipts)),
        1 => (id(), 0..10_i64, 0..4_u32)
            .prop_map(|(id, after, count)| Step::Logged(id, after, count)),
        1 => id().prop_map(Step::Clear),
        1 => moment().prop_map(Step::Expire),
    ]
}

pub async fn answer(store: &impl Store, step: Step) -> String {
    match step {
        Step::Create => format!("{:?}", store.create(new_instance("new")).await.unwrap()),
        Step::Delete(id, at) => format!("{:?}", store.delete(id, at).await.unwrap()),
        Step::ForgetDeleted(at) => format!("{:?}", store.forget_deleted(at).await.unwrap()),
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
        Step::Append(id, at) => {
            format!("{:?}", store.append(id, notification(at.0, at)).await.unwrap())
        }
        Step::Remove(id, receipts) => {
            // The same one twice is there once.
            let receipts: BTreeSet<_> = receipts.into_iter().collect();
            let receipts = receipts.into_iter().collect();
            format!("{:?}", store.remove_all(id, receipts).await.unwrap())
        }
        Step::Logged(id, after, count) => {
            format!("{:?}", store.logged(id, after, after_noon(2), count).await.unwrap())
        }
        Step::Clear(id) => format!("{:?}", store.clear(id).await.unwrap()),
        Step::Expire(before) => format!("{:?}", store.expire(before).await.unwrap()),
    }
}
