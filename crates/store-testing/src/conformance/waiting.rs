//! What the journal shows of messages that wait to be sent.

use siskin_model::message::Outgoing;
use siskin_model::{InstanceId, Message, MessageStatus};

use super::message_samples::{
    ann, ben, entry, keep, kept, message, message_id, outgoing, own, sent, step, waiting,
};
use super::samples::{after_noon, created};
use siskin_store::{Queued, Store};

/// Until its own row takes the place of that one, once.
pub async fn a_message_is_shown_from_the_moment_it_is_accepted(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let place = accepted(store, id, &outgoing(&ann(), 1)).await;
    let shown = waiting(&outgoing(&ann(), 1));
    assert_eq!(kept(store, id, &shown).await, Some(shown.clone()));
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), [shown]);
    // Who the account is may not have been known when it was accepted.
    let left = Message { sender: ben(), at: after_noon(9), ..sent(&ann(), 1) };
    assert!(store.leave(id, place, entry(left.clone())).await.unwrap().unwrap().is_new);
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), [left]);
}

/// Given up, cleared or too old: what has not left is there no more, or as what became of it.
pub async fn what_leaves_the_queue_is_not_shown_as_waiting(store: &impl Store) {
    let id = created(store, "busy").await.id;
    keep(store, id, &[message(&ann(), 9)]).await;
    let place = accepted(store, id, &outgoing(&ann(), 1)).await;
    let lost = Message { status: Some(MessageStatus::Failed), ..waiting(&outgoing(&ann(), 1)) };
    store.give_up(id, place, Some(lost.clone()), None).await.unwrap();
    assert_eq!(
        store.chat_messages(id, &ann(), 9).await.unwrap(),
        [lost.clone(), message(&ann(), 9)]
    );
    let place = accepted(store, id, &outgoing(&ann(), 2)).await;
    store.give_up(id, place, None, None).await.unwrap();
    accepted(store, id, &outgoing(&ann(), 3)).await;
    assert_eq!(store.clear_waiting(id).await.unwrap(), 1);
    accepted(store, id, &outgoing(&ann(), 4)).await;
    assert_eq!(store.expire_waiting(after_noon(1)).await.unwrap(), 1);
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), [lost, message(&ann(), 9)]);
}

/// The others stay, and what has begun to leave may have arrived.
pub async fn only_what_has_not_begun_to_leave_is_withdrawn(store: &impl Store) {
    let id = created(store, "busy").await.id;
    let first = accepted(store, id, &outgoing(&ann(), 1)).await;
    accepted(store, id, &outgoing(&ann(), 2)).await;
    let withdraw = async |number| {
        let withdrawn = store.withdraw(id, &ann(), &message_id(number)).await;
        withdrawn.unwrap()
    };
    assert!(!store.withdraw(id, &ben(), &message_id(1)).await.unwrap(), "another chat");
    store.leave(id, first, entry(sent(&ann(), 1))).await.unwrap();
    assert!(!withdraw(1).await, "it has begun to leave");
    assert!(withdraw(2).await);
    assert!(!withdraw(2).await, "it is gone");
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), [sent(&ann(), 1)]);
    assert_eq!(store.waiting_count(id).await.unwrap(), 0);
    store.advance(id, vec![step(&ann(), 1, MessageStatus::Sent, after_noon(1))]).await.unwrap();
    assert!(!withdraw(1).await, "it has left");
    let status = kept(store, id, &sent(&ann(), 1)).await.unwrap().status;
    assert_eq!(status, Some(MessageStatus::Sent));
}

/// Queues a message with what is shown of it; its place.
async fn accepted(store: &impl Store, id: InstanceId, message: &Outgoing) -> i64 {
    let shown = vec![waiting(message)];
    assert_eq!(shown[0].sender, own());
    store.enqueue(id, vec![message.clone()], shown).await.unwrap();
    let queue: Vec<Queued> = store.next_outgoing(id, 0, u32::MAX).await.unwrap();
    queue.last().unwrap().place
}
