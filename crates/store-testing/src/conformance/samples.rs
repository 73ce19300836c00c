//! Things to keep.

use serde_json::json;
use siskin_green_api::{Notification, Settings};
use siskin_model::{Account, InstanceId, InstanceState, StateRecord, Token, UnixMillis};

use siskin_store::{InstanceRow, NewInstance, StateChange, Store};

/// A moment in 2026; the checks count from here.
pub const NOON: UnixMillis = UnixMillis(1_790_000_000_000);

/// A moment so many milliseconds after [`NOON`].
pub const fn after_noon(millis: i64) -> UnixMillis {
    UnixMillis(NOON.0 + millis)
}

/// An instance to be created.
pub fn new_instance(name: &str) -> NewInstance {
    NewInstance {
        name: name.to_owned(),
        token: Token::from_text(format!("token of {name}")),
        created: NOON,
        settings: Settings::for_people(),
    }
}

/// An instance that has been created.
pub async fn created(store: &impl Store, name: &str) -> InstanceRow {
    store.create(new_instance(name)).await.unwrap()
}

/// The instance as the store lists it.
pub async fn listed(store: &impl Store, id: InstanceId) -> InstanceRow {
    let rows = store.list().await.unwrap();
    rows.into_iter().find(|row| row.id == id).expect("the instance is listed")
}

/// A linked account.
pub fn account(push_name: &str) -> Account {
    Account {
        phone: "15550100001".parse().unwrap(),
        device: 8,
        lid: Some("100000000000001".to_owned()),
        push_name: push_name.to_owned(),
    }
}

/// A state that was reached.
pub fn record(state: InstanceState, at: UnixMillis) -> StateRecord {
    StateRecord {
        state,
        at,
        phone: Some("15550100001".parse().unwrap()),
        reason: Some("replaced".to_owned()),
    }
}

/// A change of state without a notification.
pub fn quiet_change(state: InstanceState, at: UnixMillis) -> StateChange {
    StateChange { record: record(state, at), account: Some(account("Ann")), notification: None }
}

/// A notification that can be told from others.
pub fn notification(number: i64, at: UnixMillis) -> Notification {
    Notification { at, body: json!({"typeWebhook": "sample", "number": number}) }
}

/// Appends notifications, all of [`NOON`], and returns their receipts.
pub async fn append_numbered(
    store: &impl Store,
    id: InstanceId,
    numbers: std::ops::RangeInclusive<i64>,
) -> Vec<i64> {
    let mut receipts = Vec::new();
    for number in numbers {
        receipts.push(store.append(id, notification(number, NOON)).await.unwrap());
    }
    receipts
}

/// Takes everything out of a log, in order.
pub async fn drain(store: &impl Store, id: InstanceId) -> Vec<(i64, Notification)> {
    let mut drained = Vec::new();
    while let Some(logged) = store.oldest(id, UnixMillis(0)).await.unwrap() {
        assert!(store.remove(id, logged.receipt).await.unwrap(), "it was just read");
        drained.push((logged.receipt, logged.notification));
    }
    drained
}
