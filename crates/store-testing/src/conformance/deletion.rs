//! Deleting an instance, and what comes too late for it.

use siskin_green_api::Settings;
use siskin_model::{
    FileState, InstanceId, InstanceState, MessageStatus, Person, StoredFile, Timer, Token,
    UnixMillis,
};

use super::contents::contents;
use super::message_samples::{
    ann, call, entry, file, lid_of_ann, message, message_id, outgoing, person, sent, spelled, step,
    waiting,
};
use super::samples::{
    NOON, account, after_noon, append_numbered, created, drain, listed, notification, quiet_change,
};
use siskin_store::{DeletedInstance, Entry, Journal, Recorded, StateChange, Store};

/// Nothing can be read any more, and a second deletion succeeds.
pub async fn deleting_leaves_nothing_and_can_be_repeated(store: &impl Store) {
    let id = created(store, "short-lived").await.id;
    store.record_state(id, quiet_change(InstanceState::Authorized, NOON)).await.unwrap();
    append_numbered(store, id, 1..=3).await;
    for _ in 0..2 {
        store.delete(id, NOON).await.unwrap();
        assert_eq!(store.list().await.unwrap(), []);
        assert_is_gone(store, id).await;
    }
}

/// No message, file, person or call stays behind, in the journal or in a queue.
pub async fn deleting_takes_all_that_was_kept(store: &impl Store) {
    let never = InstanceId::new(InstanceId::FIRST.get() + 100);
    let nothing = contents(store, never).await;
    let id = created(store, "short-lived").await.id;
    let kept = created(store, "kept").await.id;
    for id in [id, kept] {
        fill(store, id).await;
    }
    let of_the_other = contents(store, kept).await;
    assert_ne!(contents(store, id).await, nothing);
    store.delete(id, NOON).await.unwrap();
    assert_eq!(contents(store, id).await, nothing);
    assert_eq!(contents(store, kept).await, of_the_other);
    assert_eq!(store.expired_files(UnixMillis(i64::MAX), 9).await.unwrap().len(), 1, "the other's");
    assert_eq!(store.expire_waiting(UnixMillis(i64::MAX)).await.unwrap(), 1, "the other's");
}

/// What a session on its way out still brings finds no instance: no error, and no row.
pub async fn whatever_is_recorded_for_a_deleted_instance_is_ignored(store: &impl Store) {
    let id = created(store, "gone").await.id;
    let nothing = contents(store, InstanceId::new(id.get() + 100)).await;
    store.delete(id, NOON).await.unwrap();
    fill(store, id).await;
    assert_eq!(contents(store, id).await, nothing);
    let told = || Some(notification(1, NOON));
    let entry = Entry { notification: told(), file: Some(file(1)), ..entry(message(&ann(), 1)) };
    let recorded = Journal::record(store, id, vec![entry.clone(), entry.clone()]).await.unwrap();
    assert_eq!(recorded, [Recorded { is_new: false, receipt: None }; 2]);
    assert_eq!(store.leave(id, 1, entry).await.unwrap(), None);
    assert_eq!(store.give_up(id, 1, None, told()).await.unwrap(), None);
    let sent = step(&ann(), 1, MessageStatus::Sent, NOON);
    assert_eq!(store.advance(id, vec![sent.clone(), sent]).await.unwrap(), [None, None]);
    assert_eq!(store.clear_waiting(id).await.unwrap(), 0);
    assert!(!store.withdraw(id, &ann(), &message_id(3)).await.unwrap());
    assert_eq!(store.record_call(id, &call("1"), told()).await.unwrap(), None);
    store.mark_read(id, &ann(), &[message_id(1)]).await.unwrap();
    store.save_contact_name(id, &ann(), "Ann").await.unwrap();
    store.set_file_state(id, &file(1).token, FileState::Stored, NOON).await.unwrap();
    store.remove_file(id, &file(1).token).await.unwrap();
    assert_eq!(contents(store, id).await, nothing);
}

/// Something of everything that belongs to an instance.
async fn fill(store: &impl Store, id: InstanceId) {
    let messages = vec![entry(message(&ann(), 1)), entry(message(&lid_of_ann(), 2))];
    Journal::record(store, id, messages).await.unwrap();
    let queued = vec![outgoing(&ann(), 3), outgoing(&ann(), 4)];
    let shown = queued.iter().map(waiting).collect();
    store.enqueue(id, queued, shown).await.unwrap();
    store.set_timer(id, &ann(), Timer { seconds: 86_400, since: NOON }).await.unwrap();
    for queued in store.next_outgoing(id, 0, 1).await.unwrap() {
        store.leave(id, queued.place, entry(sent(&ann(), 3))).await.unwrap();
    }
    let of = StoredFile { message: Some((ann(), message_id(1))), ..file(1) };
    store.add_file(id, &of).await.unwrap();
    let person = Person { lid: Some(lid_of_ann()), ..person(&ann()) };
    store.learn_spelling(id, &spelled(), person).await.unwrap();
    store.record_call(id, &call("1"), Some(notification(1, NOON))).await.unwrap();
}

/// What it was called and when it came and went, and nothing else; a second deletion is none.
pub async fn a_deleted_instance_is_remembered(store: &impl Store) {
    assert_eq!(store.deleted().await.unwrap(), []);
    let (first, second) = (created(store, "first").await, created(store, "second").await);
    assert!(!store.is_deleted(first.id).await.unwrap());
    store.delete(second.id, after_noon(1)).await.unwrap();
    store.delete(first.id, after_noon(2)).await.unwrap();
    store.delete(first.id, after_noon(3)).await.unwrap();
    let never = InstanceId::new(first.id.get() + 100);
    store.delete(never, after_noon(3)).await.unwrap();
    let told = |row: &siskin_store::InstanceRow, deleted| DeletedInstance {
        id: row.id,
        name: row.name.clone(),
        created: NOON,
        deleted,
    };
    let expected = [told(&first, after_noon(2)), told(&second, after_noon(1))];
    assert_eq!(store.deleted().await.unwrap(), expected, "by number");
    for (id, is_deleted) in [(first.id, true), (second.id, true), (never, false)] {
        assert_eq!(store.is_deleted(id).await.unwrap(), is_deleted);
    }
}

/// What was deleted at the boundary is still told of.
pub async fn deleted_instances_are_forgotten_in_time(store: &impl Store) {
    let mut ids = Vec::new();
    for (number, name) in ["first", "second", "third"].into_iter().enumerate() {
        let id = created(store, name).await.id;
        store.delete(id, after_noon(number as i64)).await.unwrap();
        ids.push(id);
    }
    assert_eq!(store.forget_deleted(after_noon(1)).await.unwrap(), 1);
    let left: Vec<_> = store.deleted().await.unwrap().iter().map(|row| row.id).collect();
    assert_eq!(left, ids[1..]);
    assert!(!store.is_deleted(ids[0]).await.unwrap());
    assert_eq!(store.forget_deleted(after_noon(1)).await.unwrap(), 0);
    let next = created(store, "next").await.id;
    assert_eq!(next.get(), ids[2].get() + 1, "its number is used up all the same");
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
    store.delete(deleted, NOON).await.unwrap();
    assert_eq!(store.list().await.unwrap(), [before]);
    assert_eq!(store.state_history(kept, 10).await.unwrap().len(), 1);
    assert_eq!(store.pending().await.unwrap(), [kept]);
    assert_eq!(drain(store, kept).await.len(), 2);
}

/// An event of a session on its way out finds no instance: no error, and no row either.
pub async fn whatever_comes_for_a_deleted_instance_is_ignored(store: &impl Store) {
    let id = created(store, "gone").await.id;
    store.delete(id, NOON).await.unwrap();
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
