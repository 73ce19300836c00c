//! Deleting an instance, and what comes too late for it.

use siskin_model::{InstanceId, InstanceState, Settings, Token, UnixMillis};

use super::samples::{
    NOON, account, after_noon, append_numbered, created, drain, listed, notification, quiet_change,
};
use crate::{StateChange, Store};

/// Nothing can be read any more, and a second deletion succeeds.
pub async fn deleting_leaves_nothing_and_can_be_repeated(store: &impl Store) {
    let id = created(store, "short-lived").await.id;
    store.record_state(id, quiet_change(InstanceState::Authorized, NOON)).await.unwrap();
    append_numbered(store, id, 1..=3).await;
    for _ in 0..2 {
        store.delete(id).await.unwrap();
        assert_eq!(store.list().await.unwrap(), []);
        assert_is_gone(store, id).await;
    }
}

/// The others keep their rows, histories and logs.
pub async fn deleting_leaves_the_others_alone(store: &impl Store) {
    let kept = created(store, "kept").await.id;
    let deleted = created(store, "deleted").await.id;
    for id in [kept, deleted] {
        store.record_state(id, quiet_change(InstanceState::Authorized, NOON)).await.unwrap();
        append_numbered(store, id, 1..=2).await;
    }
    let before = listed(store, kept).await;
    store.delete(deleted).await.unwrap();
    assert_eq!(store.list().await.unwrap(), [before]);
    assert_eq!(store.state_history(kept, 10).await.unwrap().len(), 1);
    assert_eq!(store.pending().await.unwrap(), [kept]);
    assert_eq!(drain(store, kept).await.len(), 2);
}

/// An event of a session on its way out finds no instance: no error, and no row either.
pub async fn whatever_comes_for_a_deleted_instance_is_ignored(store: &impl Store) {
    let id = created(store, "gone").await.id;
    store.delete(id).await.unwrap();
    let change = StateChange {
        notification: Some(notification(1, NOON)),
        ..quiet_change(InstanceState::Blocked, after_noon(1))
    };
    store.record_state(id, change).await.unwrap();
    store.save_settings(id, &Settings::default()).await.unwrap();
    store.save_token(id, &Token::from_text("late")).await.unwrap();
    store.save_account(id, Some(&account("Late"))).await.unwrap();
    store.append(id, notification(2, NOON)).await.unwrap();
    assert_eq!(store.clear(id).await.unwrap(), 0);
    assert!(!store.remove(id, 1).await.unwrap());
    assert_eq!(store.list().await.unwrap(), []);
    assert_is_gone(store, id).await;
}

async fn assert_is_gone(store: &impl Store, id: InstanceId) {
    let start = UnixMillis(0);
    assert_eq!(store.state_history(id, 10).await.unwrap(), []);
    assert_eq!(store.oldest(id, start).await.unwrap(), None);
    assert_eq!(store.count(id, start).await.unwrap(), 0);
    assert_eq!(store.pending().await.unwrap(), []);
    assert_eq!(store.expire(UnixMillis(i64::MAX)).await.unwrap(), 0);
}
