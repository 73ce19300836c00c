//! Instances, their states and their history.

use siskin_green_api::Settings;
use siskin_model::{InstanceId, InstanceState, Token, UnixMillis};

use super::samples::{
    NOON, account, after_noon, created, drain, listed, notification, quiet_change, record,
};
use siskin_store::{LastState, STATE_HISTORY, StateChange, Store};

/// What was given at creation is what is listed, and it starts without an account.
pub async fn an_instance_comes_back_as_it_was_created(store: &impl Store) {
    assert_eq!(store.list().await.unwrap(), []);
    let row = created(store, "Büro 🐦").await;
    assert_eq!(row.name, "Büro 🐦");
    assert!(row.token.matches("token of Büro 🐦"));
    assert_eq!((row.created, &row.settings), (NOON, &Settings::for_people()));
    assert_eq!(row.last, LastState::new(NOON));
    assert_eq!(store.list().await.unwrap(), [row]);
}

/// Numbers identify an instance for ever, in the callers' databases too.
pub async fn numbers_count_up_from_the_first_and_are_never_given_twice(store: &impl Store) {
    let first = created(store, "first").await.id;
    let second = created(store, "second").await.id;
    assert_eq!(first, InstanceId::FIRST);
    assert_eq!(second.get(), first.get() + 1);
    store.delete(second, NOON).await.unwrap();
    let third = created(store, "third").await.id;
    assert_eq!(third.get(), second.get() + 1, "the number of the deleted one is used up");
    for id in [first, third] {
        store.delete(id, NOON).await.unwrap();
    }
    let fourth = created(store, "fourth").await.id;
    assert_eq!(fourth.get(), third.get() + 1, "numbers go on when all are deleted");
}

/// Each of the replacements touches its own field of its own instance.
pub async fn settings_token_and_account_are_replaced(store: &impl Store) {
    let other = created(store, "other").await;
    let mut expected = created(store, "changed").await;
    expected.settings.webhook_url = "https://example.org/hook?a=ü".to_owned();
    expected.settings.webhook_url_token.0 = "credential".to_owned();
    store.save_settings(expected.id, &expected.settings).await.unwrap();
    expected.token = Token::from_text("another");
    store.save_token(expected.id, &expected.token).await.unwrap();
    expected.last.account = Some(account("Ann"));
    store.save_account(expected.id, expected.last.account.as_ref()).await.unwrap();
    assert_eq!(listed(store, expected.id).await, expected);
    assert!(listed(store, expected.id).await.token.matches("another"));

    expected.last.account = None;
    store.save_account(expected.id, None).await.unwrap();
    assert_eq!(listed(store, expected.id).await, expected);
    assert_eq!(listed(store, other.id).await, other);
}

/// The state, its history and the notification appear together.
pub async fn a_state_is_recorded_with_its_notification(store: &impl Store) {
    let id = created(store, "linked").await.id;
    let change = StateChange {
        record: record(InstanceState::Authorized, after_noon(1)),
        account: Some(account("Ann")),
        notification: Some(notification(1, after_noon(1))),
    };
    store.record_state(id, change.clone()).await.unwrap();
    let last = LastState { record: change.record.clone(), account: change.account };
    assert_eq!(listed(store, id).await.last, last);
    assert_eq!(store.state_history(id, 10).await.unwrap(), [change.record]);
    assert_eq!(drain(store, id).await, [(1, notification(1, after_noon(1)))]);
}

/// Whether the owner is told is the caller's decision.
pub async fn a_state_without_a_notification_leaves_the_log_alone(store: &impl Store) {
    let id = created(store, "quiet").await.id;
    let change = quiet_change(InstanceState::Starting, after_noon(1));
    store.record_state(id, change.clone()).await.unwrap();
    assert_eq!(listed(store, id).await.last.record, change.record);
    assert_eq!(store.count(id, UnixMillis(0)).await.unwrap(), 0);
    assert_eq!(store.append(id, notification(1, NOON)).await.unwrap(), 1, "no receipt is used");
}

/// Newest first means by recording: a clock that is set back changes nothing.
pub async fn history_is_newest_first_and_bounded(store: &impl Store) {
    let id = created(store, "restless").await.id;
    assert_eq!(store.state_history(id, 10).await.unwrap(), []);
    let states = [
        (InstanceState::Starting, 5),
        (InstanceState::Authorized, 3),
        (InstanceState::Blocked, 4),
        (InstanceState::NotAuthorized, 4),
    ];
    let mut recorded = Vec::new();
    for (state, millis) in states {
        let mut change = quiet_change(state, after_noon(millis));
        if state == InstanceState::NotAuthorized {
            (change.record.phone, change.record.reason) = (None, None);
        }
        recorded.insert(0, change.record.clone());
        store.record_state(id, change).await.unwrap();
    }
    assert_eq!(store.state_history(id, u32::MAX).await.unwrap(), recorded);
    assert_eq!(store.state_history(id, 2).await.unwrap(), recorded[..2]);
    assert_eq!(store.state_history(id, 0).await.unwrap(), []);
}

/// One instance's changes are not shown as another's.
pub async fn history_is_each_instances_own(store: &impl Store) {
    let first = created(store, "first").await;
    let second = created(store, "second").await;
    let change = quiet_change(InstanceState::Authorized, after_noon(1));
    store.record_state(second.id, change.clone()).await.unwrap();
    assert_eq!(store.state_history(first.id, 10).await.unwrap(), []);
    assert_eq!(store.state_history(second.id, 10).await.unwrap(), [change.record]);
    assert_eq!(listed(store, first.id).await, first);
}

/// An instance that comes and goes for years does not fill the disk, nor push out another's.
pub async fn of_the_history_only_the_newest_part_is_kept(store: &impl Store) {
    let calm = created(store, "calm").await.id;
    let first = quiet_change(InstanceState::Authorized, after_noon(0));
    store.record_state(calm, first.clone()).await.unwrap();
    let restless = created(store, "restless").await.id;
    for number in 1..=i64::from(STATE_HISTORY) + 2 {
        let change = quiet_change(InstanceState::Starting, after_noon(number));
        store.record_state(restless, change).await.unwrap();
    }
    let kept = store.state_history(restless, u32::MAX).await.unwrap();
    assert_eq!(kept.len(), STATE_HISTORY as usize);
    assert_eq!(kept[0].at, after_noon(i64::from(STATE_HISTORY) + 2), "the newest is there");
    assert_eq!(kept[kept.len() - 1].at, after_noon(3), "the two oldest are gone");
    assert_eq!(store.state_history(calm, u32::MAX).await.unwrap(), [first.record]);
}
