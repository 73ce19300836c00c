//! The journal of calls.

use siskin_model::{CallRecord, CallStatus};

use super::message_samples::{ben, call};
use super::samples::{NOON, after_noon, created, drain, notification};
use siskin_store::Store;

/// Each status is told once; after the end nothing more.
pub async fn a_call_is_recorded_until_it_ends(store: &impl Store) {
    let id = created(store, "called").await.id;
    assert_eq!(store.call(id, "1").await.unwrap(), None);
    let steps = [
        (CallStatus::Offer, true, Some(Some(1))),
        (CallStatus::Offer, true, None),
        (CallStatus::PickUp, false, Some(None)),
        (CallStatus::PickUp, true, None),
        (CallStatus::HungUp, true, Some(Some(2))),
        (CallStatus::HungUp, true, None),
        (CallStatus::Declined, true, None),
        (CallStatus::Offer, true, None),
    ];
    for (millis, (status, told, expected)) in (0..).zip(steps) {
        let at = after_noon(millis);
        let told = told.then(|| notification(millis, at));
        let step = CallRecord { status, at, ..call("1") };
        assert_eq!(store.record_call(id, &step, told).await.unwrap(), expected, "{status:?}");
    }
    let ended = CallRecord { status: CallStatus::HungUp, at: after_noon(4), ..call("1") };
    assert_eq!(store.call(id, "1").await.unwrap(), Some(ended));
    let log = [(1, notification(0, NOON)), (2, notification(4, after_noon(4)))];
    assert_eq!(drain(store, id).await, log);
}

/// What ends a call says little of it: it stays what it was when it rang.
pub async fn only_the_status_of_a_call_changes(store: &impl Store) {
    let id = created(store, "called").await.id;
    let other = created(store, "other").await.id;
    for id in [id, other] {
        store.record_call(id, &call("1"), None).await.unwrap();
    }
    let status = CallStatus::Declined;
    let bare = CallRecord {
        is_incoming: false,
        chat: ben(),
        is_video: false,
        is_group: true,
        status,
        at: after_noon(1),
        ..call("1")
    };
    assert_eq!(store.record_call(id, &bare, None).await.unwrap(), Some(None));
    let expected = CallRecord { status, at: after_noon(1), ..call("1") };
    assert_eq!(store.call(id, "1").await.unwrap(), Some(expected));
    assert_eq!(store.call(other, "1").await.unwrap(), Some(call("1")));
}

/// One direction at a time, newest first; what is as old as the boundary is still listed.
pub async fn calls_are_listed_newest_first(store: &impl Store) {
    let id = created(store, "called").await.id;
    let at = |id, millis| CallRecord { at: after_noon(millis), ..call(id) };
    let outgoing = CallRecord { is_incoming: false, is_group: true, ..at("4", 3) };
    for call in [at("1", 2), at("2", 1), at("3", 2), outgoing.clone()] {
        store.record_call(id, &call, None).await.unwrap();
    }
    let since = async |incoming, millis, count| {
        store.calls_since(id, incoming, after_noon(millis), count).await.unwrap()
    };
    assert_eq!(since(true, 0, 10).await, [at("3", 2), at("1", 2), at("2", 1)]);
    assert_eq!(since(true, 2, 1).await, [at("3", 2)]);
    assert_eq!(since(true, 3, 10).await, []);
    assert_eq!(since(false, 3, 10).await, [outgoing]);
}
