//! The notification log.

use std::collections::BTreeSet;

use serde_json::json;
use siskin_green_api::Notification;
use siskin_model::{InstanceId, InstanceState, Receipt, UnixMillis};

use super::samples::{
    NOON, after_noon, append_numbered, created, drain, notification, quiet_change,
};
use siskin_store::{StateChange, Store};

/// How many appends run at the same time in a check.
const CONCURRENT: i64 = 32;

/// Receipts are small numbers, and those of an instance do not depend on the others.
pub async fn receipts_count_up_by_one_per_instance(store: &impl Store) {
    let first = created(store, "first").await.id;
    let second = created(store, "second").await.id;
    assert_eq!(append_numbered(store, first, 1..=3).await, [1, 2, 3]);
    assert_eq!(append_numbered(store, second, 1..=1).await, [1]);
    let told = StateChange {
        notification: Some(notification(4, NOON)),
        ..quiet_change(InstanceState::Authorized, NOON)
    };
    store.record_state(first, told).await.unwrap();
    assert_eq!(append_numbered(store, first, 5..=5).await, [5], "4 tells of the state");
}

/// A late deletion of an old receipt must never hit a new notification.
pub async fn a_receipt_is_never_given_twice(store: &impl Store) {
    let id = created(store, "busy").await.id;
    append_numbered(store, id, 1..=2).await;
    assert!(store.remove(id, 2).await.unwrap());
    assert_eq!(append_numbered(store, id, 3..=3).await, [3], "after a removal");
    store.clear(id).await.unwrap();
    assert_eq!(append_numbered(store, id, 4..=4).await, [4], "after clearing");
    store.expire(after_noon(1)).await.unwrap();
    assert_eq!(append_numbered(store, id, 5..=5).await, [5], "after expiry");
}

/// Reading is not taking; a removal takes exactly one, once.
pub async fn the_oldest_stays_until_it_is_removed(store: &impl Store) {
    let id = created(store, "polled").await.id;
    let other = created(store, "other").await.id;
    assert_eq!(oldest(store, id, NOON).await, None);
    append_numbered(store, id, 1..=2).await;
    append_numbered(store, other, 1..=2).await;
    assert_eq!(oldest(store, id, NOON).await, Some(1));
    assert_eq!(oldest(store, id, NOON).await, Some(1));
    assert!(store.remove(id, 1).await.unwrap());
    assert!(!store.remove(id, 1).await.unwrap(), "it is not there any more");
    assert!(!store.remove(id, 99).await.unwrap(), "it never was");
    assert_eq!(oldest(store, id, NOON).await, Some(2));
    assert!(store.remove(id, 2).await.unwrap());
    assert_eq!(oldest(store, id, NOON).await, None);
    assert_eq!(store.count(other, NOON).await.unwrap(), 2, "the other's are its own");
}

/// Several are read behind a receipt, and removed in one go.
pub async fn several_are_read_and_removed_at_once(store: &impl Store) {
    let id = created(store, "delivered").await.id;
    let receipts = async |after, count| {
        let logged = store.logged(id, after, NOON, count).await.unwrap();
        logged.iter().map(|logged| logged.receipt).collect::<Vec<_>>()
    };
    assert!(receipts(0, 9).await.is_empty());
    append_numbered(store, id, 1..=5).await;
    assert_eq!(receipts(0, 3).await, [1, 2, 3]);
    assert_eq!(receipts(3, 9).await, [4, 5]);
    assert_eq!(store.logged(id, 0, after_noon(1), 9).await.unwrap(), [], "they are older");
    assert_eq!(store.remove_all(id, vec![1, 3, 99]).await.unwrap(), 2);
    assert_eq!(store.remove_all(id, Vec::new()).await.unwrap(), 0);
    assert_eq!(receipts(0, 9).await, [2, 4, 5]);
}

/// Looking on takes nothing.
pub async fn the_newest_are_seen_without_being_taken(store: &impl Store) {
    let id = created(store, "watched").await.id;
    assert_eq!(store.newest(id, 5).await.unwrap(), []);
    append_numbered(store, id, 1..=4).await;
    let seen = store.newest(id, 3).await.unwrap();
    assert_eq!(seen.iter().map(|logged| logged.receipt).collect::<Vec<_>>(), [4, 3, 2]);
    assert_eq!(oldest(store, id, NOON).await, Some(1));
}

/// A clock that is set back does not change the order.
pub async fn order_is_that_of_appending_not_of_time(store: &impl Store) {
    let id = created(store, "set back").await.id;
    let sent = [(1, after_noon(9)), (2, after_noon(1)), (3, after_noon(5))];
    let mut expected = Vec::new();
    for (number, at) in sent {
        let receipt = store.append(id, notification(number, at)).await.unwrap();
        expected.push((receipt, notification(number, at)));
    }
    assert_eq!(drain(store, id).await, expected);
}

/// Text of every kind, large numbers and nesting survive.
pub async fn a_body_comes_back_unchanged(store: &impl Store) {
    let id = created(store, "wordy").await.id;
    let body = json!({
        "text": "line\nquote\" zero\u{0} emoji 🐦 קול",
        "long": "x".repeat(100_000),
        "numbers": [i64::MIN, u64::MAX, 0, -1.5],
        "nested": {"empty": {}, "list": [[], null, true]},
    });
    let sent = Notification { at: NOON, body };
    store.append(id, sent.clone()).await.unwrap();
    assert_eq!(drain(store, id).await, [(1, sent)]);
}

/// What is exactly as old as the boundary is still there; a millisecond more is too old.
pub async fn retention_ends_just_before_the_boundary(store: &impl Store) {
    let id = created(store, "aging").await.id;
    for millis in [0, 10, 20] {
        store.append(id, notification(millis, after_noon(millis))).await.unwrap();
    }
    for (not_before, first, left) in
        [(-1, Some(1), 3), (0, Some(1), 3), (1, Some(2), 2), (20, Some(3), 1), (21, None, 0)]
    {
        let boundary = after_noon(not_before);
        assert_eq!(oldest(store, id, boundary).await, first, "{not_before}");
        assert_eq!(store.count(id, boundary).await.unwrap(), left, "{not_before}");
    }
    assert_eq!(store.count(id, UnixMillis(0)).await.unwrap(), 3, "looking removes nothing");
}

/// The sweep is for all instances and says how many it took.
pub async fn expiry_removes_only_what_is_older_in_every_instance(store: &impl Store) {
    let first = created(store, "first").await.id;
    let second = created(store, "second").await.id;
    for millis in [0, 10, 20] {
        store.append(first, notification(millis, after_noon(millis))).await.unwrap();
    }
    store.append(second, notification(1, NOON)).await.unwrap();
    assert_eq!(store.expire(NOON).await.unwrap(), 0, "nothing is older than itself");
    assert_eq!(store.expire(after_noon(10)).await.unwrap(), 2);
    assert_eq!(store.expire(after_noon(10)).await.unwrap(), 0);
    assert_eq!(oldest(store, first, UnixMillis(0)).await, Some(2));
    assert_eq!(oldest(store, second, UnixMillis(0)).await, None);
    assert_eq!(store.pending().await.unwrap(), [first]);
}

/// Clearing is for one instance and says how many it took.
pub async fn clearing_empties_one_log(store: &impl Store) {
    let cleared = created(store, "cleared").await.id;
    let kept = created(store, "kept").await.id;
    append_numbered(store, cleared, 1..=3).await;
    append_numbered(store, kept, 1..=2).await;
    assert_eq!(store.clear(cleared).await.unwrap(), 3);
    assert_eq!(store.clear(cleared).await.unwrap(), 0);
    assert_eq!(store.count(cleared, UnixMillis(0)).await.unwrap(), 0);
    assert_eq!(store.count(kept, UnixMillis(0)).await.unwrap(), 2);
}

/// After a start, these are the instances to deliver for.
pub async fn pending_names_the_instances_with_a_log(store: &impl Store) {
    let mut ids = Vec::new();
    for name in ["first", "empty", "third"] {
        ids.push(created(store, name).await.id);
    }
    assert_eq!(store.pending().await.unwrap(), []);
    append_numbered(store, ids[2], 1..=2).await;
    append_numbered(store, ids[0], 1..=1).await;
    let pending: BTreeSet<InstanceId> = store.pending().await.unwrap().into_iter().collect();
    assert_eq!(pending, BTreeSet::from([ids[0], ids[2]]));
    store.remove(ids[0], 1).await.unwrap();
    assert_eq!(store.pending().await.unwrap(), [ids[2]]);
}

/// Each gets a receipt of its own, without a gap.
pub async fn appends_at_the_same_time_are_all_kept(store: &impl Store) {
    let id = created(store, "crowded").await.id;
    let appends = (1..=CONCURRENT).map(|number| store.append(id, notification(number, NOON)));
    let receipts = futures::future::join_all(appends).await;
    let receipts: BTreeSet<Receipt> = receipts.into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts, (1..=CONCURRENT).collect());
    assert_eq!(drain(store, id).await.len() as i64, CONCURRENT);
}

async fn oldest(store: &impl Store, id: InstanceId, not_before: UnixMillis) -> Option<Receipt> {
    store.oldest(id, not_before).await.unwrap().map(|logged| logged.receipt)
}
