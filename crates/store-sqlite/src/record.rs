//! What is written when a message is recorded.

use siskin_model::message::Direction;
use siskin_model::{Body, ChatId, InstanceId, Message, MessageStatus};
use siskin_store::{Amendment, Entry, Recorded, Replacement, Result};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};

use crate::database;
use crate::files::insert_file;
use crate::message_row::chat;
use crate::notifications::tell;
use crate::rows::{get, key, to_json};

/// Records an entry, unless its message is there already or the instance is gone.
pub(crate) async fn record(
    db: &mut SqliteConnection,
    id: InstanceId,
    entry: &Entry,
) -> Result<Recorded> {
    let is_new = insert(db, id, &entry.message).await?
        || (entry.replacement == Replacement::Unreadable
            && replace_unreadable(db, id, &entry.message).await?);
    if !is_new {
        return Ok(Recorded { is_new, receipt: None });
    }
    if let Some(amendment) = &entry.amendment {
        amend(db, id, &entry.message, amendment).await?;
    }
    if let Some(file) = &entry.file {
        insert_file(db, id, file).await?;
    }
    Ok(Recorded { is_new, receipt: tell(db, id, entry.notification.as_ref()).await? })
}

/// Binds every column that is not part of a message's key, in the order of the table.
fn bind_columns<'q>(
    query: Query<'q, Sqlite, SqliteArguments>,
    message: &'q Message,
) -> Result<Query<'q, Sqlite, SqliteArguments>> {
    Ok(query
        .bind(message.direction.is_outgoing())
        .bind(message.direction == Direction::Api)
        .bind(message.at.0)
        .bind(message.status_at.map(|at| at.0))
        .bind(&message.sender_name)
        .bind(to_json(&message.body)?)
        .bind(&message.raw)
        .bind(message.status.map(MessageStatus::as_str))
        .bind(&message.description)
        .bind(message.is_edited)
        .bind(message.is_deleted)
        .bind(message.is_read))
}

/// `false`: it is there already, or the instance is gone.
async fn insert(db: &mut SqliteConnection, id: InstanceId, message: &Message) -> Result<bool> {
    let query = sqlx::query(
        "INSERT INTO message (instance, chat, id, sender, is_outgoing, is_from_api, at,
             status_at, sender_name, body, raw, status, description, is_edited, is_deleted, is_read)
         SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
         WHERE EXISTS (SELECT 1 FROM instance WHERE id = ?)
         ON CONFLICT DO NOTHING",
    )
    .bind(key(id))
    .bind(message.chat.as_str())
    .bind(message.id.as_str())
    .bind(message.sender.as_str());
    let query = bind_columns(query, message)?.bind(key(id));
    let inserted = query.execute(db).await.map_err(database)?;
    Ok(inserted.rows_affected() == 1)
}

/// Replaces a message that could not be decrypted. What was done to it since then (marked
/// read, edited, taken back) stays, and so does its place. `false`: it could be.
async fn replace_unreadable(
    db: &mut SqliteConnection,
    id: InstanceId,
    message: &Message,
) -> Result<bool> {
    if message.raw.is_empty() {
        return Ok(false);
    }
    let query = sqlx::query(
        "UPDATE message SET is_outgoing = ?, is_from_api = ?, at = ?, status_at = ?,
             sender_name = ?, body = CASE is_edited WHEN 1 THEN body ELSE ? END, raw = ?,
             status = ?, description = ?, is_edited = max(is_edited, ?),
             is_deleted = max(is_deleted, ?), is_read = max(is_read, ?)
         WHERE instance = ? AND chat = ? AND id = ? AND sender = ? AND raw = x''",
    );
    let query = bind_columns(query, message)?
        .bind(key(id))
        .bind(message.chat.as_str())
        .bind(message.id.as_str())
        .bind(message.sender.as_str());
    let replaced = query.execute(db).await.map_err(database)?;
    Ok(replaced.rows_affected() == 1)
}

async fn amend(
    db: &mut SqliteConnection,
    id: InstanceId,
    by: &Message,
    amendment: &Amendment,
) -> Result<()> {
    let candidates = sqlx::query(
        "SELECT seq, sender, is_outgoing FROM message
         WHERE instance = ? AND chat = ? AND id = ? ORDER BY seq",
    )
    .bind(key(id))
    .bind(by.chat.as_str())
    .bind(amendment.target.as_str())
    .fetch_all(&mut *db)
    .await
    .map_err(database)?;
    for row in &candidates {
        let writer: ChatId = chat(get(row, "sender")?)?;
        if amendment.may_change(by, &writer, get(row, "is_outgoing")?) {
            return change(db, get(row, "seq")?, amendment.edited.as_ref()).await;
        }
    }
    Ok(())
}

async fn change(db: &mut SqliteConnection, seq: i64, edited: Option<&Body>) -> Result<()> {
    let query = match edited {
        Some(body) => sqlx::query("UPDATE message SET is_edited = 1, body = ? WHERE seq = ?")
            .bind(to_json(body)?),
        None => sqlx::query("UPDATE message SET is_deleted = 1 WHERE seq = ?"),
    };
    query.bind(seq).execute(db).await.map_err(database)?;
    Ok(())
}
