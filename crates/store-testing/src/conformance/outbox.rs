//! The queue of messages to be sent.

use std::collections::BTreeSet;

use siskin_model::message::{Command, Outgoing};
use siskin_model::{InstanceId, Message, MessageStatus};

use super::message_samples::{
    ann, ben, entry, file, keep, kept, message, message_id, outgoing, sent, step,
};
use super::samples::{NOON, after_noon, created, drain, notification};
use siskin_store::{Amendment, Enqueued, Entry, Progress, Queued, Recorded, Store};

/// How many calls run at the same time in a check.
const CONCURRENT: i64 = 32;

/// What was accepted comes out in that order, whole.
pub async fn the_queue_is_first_in_first_out(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let forward = Outgoing {
        command: Command::Forward { from: ben(), message: message_id(7) },
        quoted: Some(message_id(8)),
        batch: Some(message_id(3)),
        ..outgoing(&ann(), 3)
    };
    let all = [outgoing(&ben(), 2), outgoing(&ann(), 1), forward];
    assert!(is_empty(store, id).await);
    let first = store.enqueue(id, all[..2].to_vec(), Vec::new()).await.unwrap();
    let second = store.enqueue(id, all[2..].to_vec(), Vec::new()).await.unwrap();
    store.enqueue(id, Vec::new(), Vec::new()).await.unwrap();
    assert!(!is_empty(store, id).await);
    assert_eq!(store.waiting_count(id).await.unwrap(), 3);
    assert_eq!(store.waiting(id, 10).await.unwrap(), all);
    assert_eq!(store.waiting(id, 2).await.unwrap(), all[..2]);

    let queued = queue(store, id).await;
    assert!(queued.is_sorted_by(|one, other| one.place < other.place), "{queued:?}");
    assert!(queued.iter().all(|queued| queued.leaving.is_none()));
    let all_queued: Vec<_> = queued.iter().map(|queued| queued.outgoing.clone()).collect();
    assert_eq!(all_queued, all);
    assert_eq!(first, Enqueued { behind: 0, queued: queued[..2].to_vec() });
    assert_eq!(second, Enqueued { behind: queued[1].place, queued: queued[2..].to_vec() });
    let after = queued[0].place;
    assert_eq!(store.next_outgoing(id, after, 1).await.unwrap(), queued[1..2]);
    assert_eq!(store.next_outgoing(id, queued[2].place, 9).await.unwrap(), []);
    assert_eq!(store.next_outgoing(id, 0, 0).await.unwrap(), []);
}

/// One instance's queue is not another's.
pub async fn a_queue_is_each_instances_own(store: &impl Store) {
    let first = created(store, "first").await.id;
    let second = created(store, "second").await.id;
    let place = queued(store, first, 1).await;
    assert!(is_empty(store, second).await);
    assert_eq!(store.leave(second, place, entry(sent(&ann(), 1))).await.unwrap(), None);
    let told = Some(notification(1, NOON));
    assert_eq!(store.give_up(second, place, None, told).await.unwrap(), None);
    assert_eq!(store.clear_waiting(second).await.unwrap(), 0);
    store.advance(second, vec![sent_step(1)]).await.unwrap();
    assert_eq!(store.waiting(first, 10).await.unwrap(), [outgoing(&ann(), 1)]);
    assert_eq!(queue(store, second).await, []);
    assert_eq!(drain(store, second).await, []);
}

/// Whoever still has the place of a message that is gone must not hit another one.
pub async fn a_place_is_never_given_twice(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let mut places = BTreeSet::new();
    for number in 1..=4 {
        let place = queued(store, id, number).await;
        assert!(places.last().is_none_or(|last| *last < place), "they count up");
        places.insert(place);
        match number {
            1 => assert_eq!(store.clear_waiting(id).await.unwrap(), 1),
            2 => assert_eq!(store.expire_waiting(after_noon(1)).await.unwrap(), 1),
            _ => assert_eq!(store.give_up(id, place, None, None).await.unwrap(), None),
        }
    }
}

/// It is in the journal and the log at once, and WhatsApp's own form of it stays at hand.
pub async fn a_message_that_leaves_is_recorded(store: &impl Store) {
    let id = created(store, "busy").await.id;
    keep(store, id, &[sent(&ann(), 8)]).await;
    let place = queued(store, id, 1).await;
    let leaving = Entry {
        notification: Some(notification(1, NOON)),
        file: Some(file(1)),
        amendment: Some(Amendment { target: message_id(8), edited: None, by_admin: false }),
        ..entry(sent(&ann(), 1))
    };
    let left = store.leave(id, place, leaving.clone()).await.unwrap();
    assert_eq!(left, Some(Recorded { is_new: true, receipt: Some(1) }));
    let raw = sent(&ann(), 1).raw;
    let waits = Queued { place, outgoing: outgoing(&ann(), 1), leaving: Some(raw) };
    assert_eq!(queue(store, id).await, std::slice::from_ref(&waits));
    assert_eq!(kept(store, id, &sent(&ann(), 1)).await, Some(sent(&ann(), 1)));
    assert!(kept(store, id, &sent(&ann(), 8)).await.unwrap().is_deleted);
    assert_eq!(store.file(id, &file(1).token).await.unwrap(), Some(file(1)));

    let other_form = Message { raw: vec![9], ..sent(&ann(), 1) };
    let again = store.leave(id, place, Entry { message: other_form, ..leaving }).await.unwrap();
    assert_eq!(again, Some(Recorded { is_new: false, receipt: None }), "it has begun to");
    assert_eq!(queue(store, id).await, [waits], "and goes out as it did");
    assert_eq!(drain(store, id).await, [(1, notification(1, NOON))]);
}

/// A form without a byte is one too.
pub async fn a_message_may_leave_without_a_form(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let place = queued(store, id, 1).await;
    let bare = Message { raw: Vec::new(), ..sent(&ann(), 1) };
    assert!(store.leave(id, place, entry(bare.clone())).await.unwrap().unwrap().is_new);
    assert_eq!(queue(store, id).await[0].leaving, Some(Vec::new()));
    assert_eq!(store.waiting_count(id).await.unwrap(), 0);
    assert_eq!(kept(store, id, &bare).await, Some(bare));
}

/// What is not in the queue any more leaves no trace.
pub async fn a_message_that_was_cleared_does_not_leave(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let place = queued(store, id, 1).await;
    assert_eq!(store.clear_waiting(id).await.unwrap(), 1);
    let told = Entry { notification: Some(notification(1, NOON)), ..entry(sent(&ann(), 1)) };
    assert_eq!(store.leave(id, place, told).await.unwrap(), None);
    assert_eq!(kept(store, id, &sent(&ann(), 1)).await, None);
    assert_eq!(drain(store, id).await, []);
}

/// Its owner is told once; a message that has begun to leave is not given up.
pub async fn a_message_is_given_up_before_it_leaves(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let given_up = queued(store, id, 1).await;
    let told = Some(notification(1, NOON));
    let failed = Message { status: Some(MessageStatus::Failed), ..sent(&ann(), 1) };
    let lost = Some(failed.clone());
    assert_eq!(store.give_up(id, given_up, lost.clone(), told.clone()).await.unwrap(), Some(1));
    assert_eq!(store.give_up(id, given_up, lost.clone(), told.clone()).await.unwrap(), None);
    assert!(is_empty(store, id).await);
    assert_eq!(kept(store, id, &failed).await, Some(failed));
    let leaving = left(store, id, 2).await;
    let lost = Some(sent(&ann(), 3));
    assert_eq!(store.give_up(id, leaving, lost, told).await.unwrap(), None);
    assert_eq!(kept(store, id, &sent(&ann(), 3)).await, None);
    assert!(!is_empty(store, id).await);
    assert_eq!(drain(store, id).await, [(1, notification(1, NOON))]);
}

/// Only what waits: a message that has begun to leave may have arrived.
pub async fn clearing_and_expiry_spare_what_leaves(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let other = created(store, "other").await.id;
    let at = |number, millis| Outgoing { accepted: after_noon(millis), ..outgoing(&ann(), number) };
    left(store, id, 1).await;
    store.enqueue(id, vec![at(2, 1), at(3, 2)], Vec::new()).await.unwrap();
    store.enqueue(other, vec![at(4, 1), at(5, 3)], Vec::new()).await.unwrap();
    assert_eq!(store.expire_waiting(after_noon(1)).await.unwrap(), 0, "not older than itself");
    assert_eq!(store.expire_waiting(after_noon(2)).await.unwrap(), 2);
    assert_eq!(store.waiting(id, 10).await.unwrap(), [at(3, 2)]);
    assert_eq!(store.waiting_count(id).await.unwrap(), 1);
    assert_eq!(store.clear_waiting(id).await.unwrap(), 1);
    assert_eq!(store.clear_waiting(id).await.unwrap(), 0);
    assert_eq!(queue(store, id).await.len(), 1, "it is still leaving");
    assert_eq!(store.waiting(other, 10).await.unwrap(), [at(5, 3)]);
}

/// It leaves the queue, and the journal has its new status, time and reason.
pub async fn a_message_gets_further(store: &impl Store) {
    let id = created(store, "busy").await.id;
    left(store, id, 1).await;
    left(store, id, 2).await;
    let failed = Progress {
        description: "no such number".to_owned(),
        ..step(&ann(), 2, MessageStatus::NoAccount, after_noon(2))
    };
    let quiet = Progress { notification: None, ..failed.clone() };
    assert_eq!(store.advance(id, vec![sent_step(1), quiet]).await.unwrap(), [Some(1), None]);
    assert!(is_empty(store, id).await);
    let status = Some(MessageStatus::Sent);
    let first = Message { status, status_at: Some(after_noon(1)), ..sent(&ann(), 1) };
    assert_eq!(kept(store, id, &first).await, Some(first));
    let second = Message {
        status: Some(MessageStatus::NoAccount),
        status_at: Some(after_noon(2)),
        description: failed.description,
        ..sent(&ann(), 2)
    };
    assert_eq!(kept(store, id, &second).await, Some(second));
    assert_eq!(drain(store, id).await, [(1, notification(1, after_noon(1)))]);
    assert_eq!(store.advance(id, Vec::new()).await.unwrap(), []);
}

/// Receipts come late, twice and out of order; nobody is told of what is no news.
pub async fn a_message_does_not_fall_back(store: &impl Store) {
    let id = created(store, "busy").await.id;
    left(store, id, 1).await;
    let steps = [
        (MessageStatus::Delivered, Some(1)),
        (MessageStatus::Sent, None),
        (MessageStatus::Delivered, None),
        (MessageStatus::Failed, None),
        (MessageStatus::Read, Some(2)),
        (MessageStatus::Read, None),
    ];
    let taken =
        (1..).zip(&steps).map(|(millis, (status, _))| step(&ann(), 1, *status, after_noon(millis)));
    let receipts = store.advance(id, taken.collect()).await.unwrap();
    assert_eq!(receipts, steps.map(|(_, receipt)| receipt));
    let reached = kept(store, id, &sent(&ann(), 1)).await.unwrap();
    assert_eq!(
        (reached.status, reached.status_at),
        (Some(MessageStatus::Read), Some(after_noon(5)))
    );
    let log = [(1, notification(1, after_noon(1))), (2, notification(1, after_noon(5)))];
    assert_eq!(drain(store, id).await, log);
}

/// A step for a message that is not there, or that somebody else wrote, does nothing.
pub async fn only_outgoing_messages_get_further(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let unknown_status = Message { status: None, ..sent(&ann(), 2) };
    keep(store, id, &[message(&ann(), 1), unknown_status]).await;
    queued(store, id, 3).await;
    let receipts = store.advance(id, vec![sent_step(1), sent_step(2), sent_step(3)]).await;
    assert_eq!(receipts.unwrap(), [None, Some(1), None]);
    assert_eq!(kept(store, id, &message(&ann(), 1)).await, Some(message(&ann(), 1)));
    let second = kept(store, id, &sent(&ann(), 2)).await.unwrap();
    assert_eq!(second.status, Some(MessageStatus::Sent));
    assert!(is_empty(store, id).await, "what got further waits no more");
}

/// Each gets a place of its own, and each caller's messages stay together.
pub async fn messages_queued_at_the_same_time_are_all_kept(store: &impl Store) {
    let id = created(store, "crowded").await.id;
    let pairs = (1..=CONCURRENT).map(|number| {
        store.enqueue(id, vec![outgoing(&ann(), number), outgoing(&ben(), number)], Vec::new())
    });
    for done in futures::future::join_all(pairs).await {
        done.unwrap();
    }
    let all = queue(store, id).await;
    assert_eq!(all.len() as i64, 2 * CONCURRENT);
    for pair in all.chunks(2) {
        let [first, second] = pair else { panic!("{pair:?}") };
        assert_eq!((&first.outgoing.chat, &second.outgoing.chat), (&ann(), &ben()));
        assert_eq!(first.outgoing.id, second.outgoing.id);
    }
}

async fn queue(store: &impl Store, id: InstanceId) -> Vec<Queued> {
    store.next_outgoing(id, 0, u32::MAX).await.unwrap()
}

/// Queues a message to Ann; its place.
async fn queued(store: &impl Store, id: InstanceId, number: i64) -> i64 {
    store.enqueue(id, vec![outgoing(&ann(), number)], Vec::new()).await.unwrap();
    queue(store, id).await.last().unwrap().place
}

/// Lets a message to Ann begin to leave; its place.
async fn left(store: &impl Store, id: InstanceId, number: i64) -> i64 {
    let place = queued(store, id, number).await;
    assert!(store.leave(id, place, entry(sent(&ann(), number))).await.unwrap().unwrap().is_new);
    place
}

fn sent_step(number: i64) -> Progress {
    step(&ann(), number, MessageStatus::Sent, after_noon(1))
}

/// Whether nothing waits and nothing leaves.
async fn is_empty(store: &impl Store, id: InstanceId) -> bool {
    store.next_outgoing(id, 0, 1).await.unwrap().is_empty()
}
