//! Between rows of the journal and messages.

use rusqlite::Row;
use siskin_green_api::Word;
use siskin_model::message::Direction;
use siskin_model::{ChatId, Message, MessageId, MessageStatus, UnixMillis};
use siskin_store::Result;

use crate::rows::{corrupt, from_json, get, optional_text, text};

pub(crate) fn chat(text: &str) -> Result<ChatId> {
    ChatId::parse(text).ok_or_else(|| corrupt("a chat", &text))
}

pub(crate) fn status(word: &str) -> Result<MessageStatus> {
    MessageStatus::from_word(word).ok_or_else(|| corrupt("a status", &word))
}

pub(crate) fn message(row: &Row<'_>) -> Result<Message> {
    let direction = match (get(row, "is_outgoing")?, get(row, "is_from_api")?) {
        (false, _) => Direction::Incoming,
        (true, false) => Direction::Phone,
        (true, true) => Direction::Api,
    };
    let word = optional_text(row, "status")?;
    Ok(Message {
        chat: chat(text(row, "chat")?)?,
        id: MessageId::from_text(text(row, "id")?),
        sender: chat(text(row, "sender")?)?,
        direction,
        at: UnixMillis(get(row, "at")?),
        status_at: get::<Option<i64>>(row, "status_at")?.map(UnixMillis),
        sender_name: get(row, "sender_name")?,
        body: from_json("a message", text(row, "body")?)?,
        raw: get(row, "raw")?,
        status: word.map(status).transpose()?,
        description: get(row, "description")?,
        is_edited: get(row, "is_edited")?,
        is_deleted: get(row, "is_deleted")?,
        is_read: get(row, "is_read")?,
    })
}
