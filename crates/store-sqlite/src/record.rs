//! What is written when a message is recorded.

use rusqlite::{Connection, named_params, params};
use siskin_green_api::Word;
use siskin_model::message::Direction;
use siskin_model::{Body, InstanceId, Message, MessageStatus};
use siskin_store::{Amendment, Entry, Recorded, Replacement, Result};

use crate::files::insert_file;
use crate::message_row::chat;
use crate::notifications::tell;
use crate::query::{all, execute, first};
use crate::rows::{get, key, text, to_json};

/// `OR IGNORE` would hide more than a message that is there already.
const INSERT: &str =
    "INSERT INTO message (instance, chat, id, sender, is_outgoing, is_from_api, at,
         status_at, sender_name, body, raw, status, description, is_edited, is_deleted, is_read)
     SELECT :instance, :chat, :id, :sender, :is_outgoing, :is_from_api, :at,
         :status_at, :sender_name, :body, :raw, :status, :description, :is_edited, :is_deleted,
         :is_read
     WHERE EXISTS (SELECT 1 FROM instance WHERE id = :instance)
     ON CONFLICT DO NOTHING";

/// What was done to the message since it came (marked read, edited, taken back) stays.
const REPLACE_UNREADABLE: &str =
    "UPDATE message SET is_outgoing = :is_outgoing, is_from_api = :is_from_api, at = :at,
         status_at = :status_at, sender_name = :sender_name,
         body = CASE is_edited WHEN 1 THEN body ELSE :body END, raw = :raw, status = :status,
         description = :description, is_edited = max(is_edited, :is_edited),
         is_deleted = max(is_deleted, :is_deleted), is_read = max(is_read, :is_read)
     WHERE instance = :instance AND chat = :chat AND id = :id AND sender = :sender
         AND raw = x''";

/// Time is left aside: most messages leave in the second that accepted them, and then no index
/// but that of the key is looked at.
const FILL: &str = "UPDATE message SET sender_name = :sender_name, body = :body, raw = :raw,
         status = :status
     WHERE instance = :instance AND chat = :chat AND id = :id AND sender = :sender
         AND is_from_api = 1 AND status = 'pending' AND raw = x''
     RETURNING seq, at";

/// Records an entry, unless its message is there already or the instance is gone.
pub(crate) fn record(db: &Connection, id: InstanceId, entry: &Entry) -> Result<Recorded> {
    let message = &entry.message;
    // One that could not be decrypted keeps its place.
    let may_replace = entry.replacement == Replacement::Unreadable && !message.raw.is_empty();
    let is_new =
        insert(db, id, message)? || (may_replace && write(db, REPLACE_UNREADABLE, id, message)?);
    match is_new {
        true => complete(db, id, entry),
        false => Ok(Recorded { is_new, receipt: None }),
    }
}

/// Does what goes with a message that is in the journal now.
pub(crate) fn complete(db: &Connection, id: InstanceId, entry: &Entry) -> Result<Recorded> {
    let message = &entry.message;
    if let Some(amendment) = &entry.amendment {
        amend(db, id, message, amendment)?;
    }
    if let Some(file) = &entry.file {
        insert_file(db, id, file)?;
    }
    Ok(Recorded { is_new: true, receipt: tell(db, id, entry.notification.as_ref())? })
}

/// Fills the row that shows a message of the queue while it waits. `false`: there is none at
/// that place.
pub(crate) fn fill(db: &Connection, id: InstanceId, message: &Message) -> Result<bool> {
    let values = named_params! {
        ":instance": key(id),
        ":chat": message.chat.as_str(),
        ":id": message.id.as_str(),
        ":sender": message.sender.as_str(),
        ":sender_name": message.sender_name,
        ":body": to_json(&message.body)?,
        ":raw": message.raw,
        ":status": message.status.map(MessageStatus::word),
    };
    let filled = first(db, FILL, values, |row| Ok((get(row, "seq")?, get(row, "at")?)))?;
    let Some((seq, at)): Option<(i64, i64)> = filled else { return Ok(false) };
    if at != message.at.0 {
        execute(db, "UPDATE message SET at = ? WHERE seq = ?", [message.at.0, seq])?;
    }
    Ok(true)
}

/// `false`: it is there already, or the instance is gone.
pub(crate) fn insert(db: &Connection, id: InstanceId, message: &Message) -> Result<bool> {
    write(db, INSERT, id, message)
}

/// Executes one of the statements above; whether it changed anything.
fn write(db: &Connection, sql: &str, id: InstanceId, message: &Message) -> Result<bool> {
    let written = execute(
        db,
        sql,
        named_params! {
            ":instance": key(id),
            ":chat": message.chat.as_str(),
            ":id": message.id.as_str(),
            ":sender": message.sender.as_str(),
            ":is_outgoing": message.direction.is_outgoing(),
            ":is_from_api": message.direction == Direction::Api,
            ":at": message.at.0,
            ":status_at": message.status_at.map(|at| at.0),
            ":sender_name": message.sender_name,
            ":body": to_json(&message.body)?,
            ":raw": message.raw,
            ":status": message.status.map(MessageStatus::word),
            ":description": message.description,
            ":is_edited": message.is_edited,
            ":is_deleted": message.is_deleted,
            ":is_read": message.is_read,
        },
    )?;
    Ok(written == 1)
}

fn amend(db: &Connection, id: InstanceId, by: &Message, amendment: &Amendment) -> Result<()> {
    let candidates = all(
        db,
        "SELECT seq, sender, is_outgoing FROM message
         WHERE instance = ? AND chat = ? AND id = ? ORDER BY seq",
        params![key(id), by.chat.as_str(), amendment.target.as_str()],
        |row| Ok((get(row, "seq")?, chat(text(row, "sender")?)?, get(row, "is_outgoing")?)),
    )?;
    let target = candidates
        .into_iter()
        .find(|(_, writer, is_outgoing)| amendment.may_change(by, writer, *is_outgoing));
    match target {
        Some((seq, ..)) => change(db, seq, amendment.edited.as_ref()),
        None => Ok(()),
    }
}

fn change(db: &Connection, seq: i64, edited: Option<&Body>) -> Result<()> {
    match edited {
        Some(body) => {
            let sql = "UPDATE message SET is_edited = 1, body = ? WHERE seq = ?";
            execute(db, sql, params![to_json(body)?, seq])?
        }
        None => execute(db, "UPDATE message SET is_deleted = 1 WHERE seq = ?", [seq])?,
    };
    Ok(())
}
