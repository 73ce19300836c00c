//! Messages, files, calls and persons to keep.

use serde_json::json;
use siskin_model::message::{Command, Direction, Outgoing, Preview, Text};
use siskin_model::{
    Body, CallRecord, CallStatus, ChatId, Content, FileState, FileToken, InstanceId, Message,
    MessageId, MessageStatus, Person, StoredFile, UnixMillis,
};

use super::samples::{NOON, notification};
use siskin_store::{Entry, Journal, Progress, Recorded, Replacement, Store};

/// A person by phone number.
pub fn ann() -> ChatId {
    chat("15550100002@c.us")
}

/// Another person.
pub fn ben() -> ChatId {
    chat("15550100003@c.us")
}

/// Ann's number as others write it.
pub fn spelled() -> ChatId {
    chat("155501900002@c.us")
}

/// The address that hides Ann's number.
pub fn lid_of_ann() -> ChatId {
    chat("100000000000002@lid")
}

/// A group.
pub fn group() -> ChatId {
    chat("120363000000000001@g.us")
}

/// The account of the instance itself.
pub fn own() -> ChatId {
    chat("15550100001@c.us")
}

/// A chat id that is known to be well-formed.
pub fn chat(text: &str) -> ChatId {
    ChatId::parse(text).unwrap()
}

/// A message's id that can be told from others.
pub fn message_id(number: i64) -> MessageId {
    MessageId::from_text(format!("3EB0{number:018}"))
}

/// A body with a text.
pub fn text(text: &str) -> Body {
    Body::new(Content::Text(Text { text: text.to_owned(), is_template: false }))
}

/// An incoming message of [`NOON`], written by the one whose chat it is.
pub fn message(chat: &ChatId, number: i64) -> Message {
    Message {
        sender_name: "Ann 🐦".to_owned(),
        raw: vec![1, 0, 255],
        ..Message::new(
            chat.clone(),
            message_id(number),
            chat.clone(),
            Direction::Incoming,
            NOON,
            text(&format!("text {number}")),
        )
    }
}

/// A message of [`NOON`] that goes out through the gateway.
pub fn sent(chat: &ChatId, number: i64) -> Message {
    Message {
        sender: own(),
        direction: Direction::Api,
        sender_name: String::new(),
        status: Some(MessageStatus::Pending),
        ..message(chat, number)
    }
}

/// A message with nothing beside it.
pub fn entry(message: Message) -> Entry {
    Entry {
        message,
        notification: None,
        file: None,
        amendment: None,
        replacement: Replacement::Never,
    }
}

/// Records one entry.
pub async fn record(store: &impl Store, id: InstanceId, entry: Entry) -> Recorded {
    let recorded = Journal::record(store, id, vec![entry]).await.unwrap();
    assert_eq!(recorded.len(), 1, "one answer for each entry");
    recorded[0]
}

/// Records messages with nothing beside them.
pub async fn keep(store: &impl Store, id: InstanceId, messages: &[Message]) {
    let entries: Vec<Entry> = messages.iter().cloned().map(entry).collect();
    let recorded = Journal::record(store, id, entries).await.unwrap();
    assert!(recorded.iter().all(|recorded| recorded.is_new), "{recorded:?}");
}

/// One message, as it is kept.
pub async fn kept(store: &impl Store, id: InstanceId, like: &Message) -> Option<Message> {
    store.message(id, &like.chat, &like.id).await.unwrap()
}

/// A message that waits to be sent.
pub fn outgoing(chat: &ChatId, number: i64) -> Outgoing {
    Outgoing {
        id: message_id(number),
        chat: chat.clone(),
        command: Command::Text { text: format!("text {number}"), preview: Preview::Off },
        quoted: None,
        typing: None,
        method: "sendMessage".to_owned(),
        request: json!({"chatId": chat, "message": format!("text {number}")}),
        batch: None,
        accepted: NOON,
    }
}

/// What the journal shows of a message that waits.
pub fn waiting(outgoing: &Outgoing) -> Message {
    Message {
        id: outgoing.id.clone(),
        raw: Vec::new(),
        at: outgoing.accepted,
        ..sent(&outgoing.chat, 0)
    }
}

/// A step of a message, with a notification of the same moment.
pub fn step(chat: &ChatId, number: i64, status: MessageStatus, at: UnixMillis) -> Progress {
    Progress {
        chat: chat.clone(),
        message: message_id(number),
        status,
        at,
        description: String::new(),
        notification: Some(notification(number, at)),
    }
}

/// A file that still has to be fetched.
pub fn file(number: u8) -> StoredFile {
    StoredFile {
        token: FileToken::from_random([number; FileToken::BYTES]),
        name: format!("bird {number}.jpg").into(),
        mime_type: "image/jpeg".into(),
        state: FileState::Pending,
        message: None,
        expires: NOON.plus(StoredFile::LIFETIME),
    }
}

/// An incoming call that rings at [`NOON`].
pub fn call(id: &str) -> CallRecord {
    CallRecord {
        id: id.to_owned(),
        is_incoming: true,
        chat: ann(),
        is_video: true,
        is_group: false,
        status: CallStatus::Offer,
        at: NOON,
    }
}

/// A person without names.
pub fn person(id: &ChatId) -> Person {
    Person { id: id.clone(), lid: None, name: String::new(), contact_name: String::new() }
}
