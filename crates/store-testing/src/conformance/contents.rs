//! All that can be read from a store.

use siskin_model::{InstanceId, UnixMillis};

use super::message_samples::{ann, ben, file, group, lid_of_ann, message_id, own};
use super::samples::after_noon;
use siskin_store::Store;

/// How many ids of messages, and as many files and calls, are looked for one by one.
const NUMBERS: u8 = 8;

/// What can be read of an instance, with the persons, chats and numbers of the samples; as
/// text, to be compared.
pub async fn contents(store: &impl Store, id: InstanceId) -> String {
    [of_itself(store, id).await, of_messages(store, id).await, of_the_rest(store, id).await]
        .concat()
}

async fn of_itself(store: &impl Store, id: InstanceId) -> String {
    let rows = store.list().await.unwrap();
    let row = rows.iter().find(|row| row.id == id);
    let token = row.map(|row| row.token.expose());
    let mut text = format!("\n{row:?} {token:?}");
    for not_before in [UnixMillis(0), after_noon(50)] {
        let oldest = store.oldest(id, not_before).await.unwrap();
        let count = store.count(id, not_before).await.unwrap();
        text += &format!("\n{oldest:?} {count}");
    }
    text + &format!("\n{:?}", store.state_history(id, 5).await.unwrap())
}

async fn of_messages(store: &impl Store, id: InstanceId) -> String {
    let mut text = String::new();
    for chat in [ann(), ben(), lid_of_ann(), group(), own()] {
        text += &format!("\n{chat} {:?}", store.person(id, &chat).await.unwrap());
        text += &format!("\n{:?}", store.chat_messages(id, &chat, 100).await.unwrap());
        text += &format!("\n{:?}", store.unread(id, &chat, 5).await.unwrap());
        text += &format!("\n{:?}", store.timer(id, &chat).await.unwrap());
        for number in 0..i64::from(NUMBERS) {
            let number = message_id(number);
            text += &format!("\n{:?}", store.message(id, &chat, &number).await.unwrap());
            text += &format!("{:?}", store.file_of(id, &chat, &number).await.unwrap());
        }
    }
    for outgoing in [false, true] {
        let since = store.messages_since(id, outgoing, after_noon(10), 20).await.unwrap();
        text += &format!("\n{since:?}");
    }
    text
}

async fn of_the_rest(store: &impl Store, id: InstanceId) -> String {
    let mut text = format!("\n{:?}", store.next_outgoing(id, 0, 100).await.unwrap());
    text += &format!("\n{:?}", store.waiting(id, 3).await.unwrap());
    text += &format!("\n{:?}", store.waiting_count(id).await.unwrap());
    text += &format!("\n{:?}", store.pending_files(id, 5).await.unwrap());
    for number in 0..NUMBERS {
        text += &format!("\n{:?}", store.file(id, &file(number).token).await.unwrap());
        text += &format!("\n{:?}", store.call(id, &number.to_string()).await.unwrap());
    }
    for incoming in [false, true] {
        let since = store.calls_since(id, incoming, after_noon(10), 20).await.unwrap();
        text += &format!("\n{since:?}");
    }
    text
}
