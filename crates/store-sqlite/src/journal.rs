use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use siskin_model::{ChatId, InstanceId, Message, MessageId, UnixMillis};
use siskin_store::{Entry, Journal, Listing, Page, Position, Recorded, Result};

use crate::SqliteStore;
use crate::message_row::message;
use crate::query::{all, execute, first};
use crate::record::record;
use crate::rows::{get, key, to_json};

/// Before the newest of all.
const START: Position = Position { at: UnixMillis(i64::MAX), seq: i64::MAX };

#[async_trait]
impl Journal for SqliteStore {
    async fn record(&self, id: InstanceId, entries: Vec<Entry>) -> Result<Vec<Recorded>> {
        self.write(move |db| entries.iter().map(|entry| record(db, id, entry)).collect()).await
    }

    async fn message(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message_id: &MessageId,
    ) -> Result<Option<Message>> {
        let (chat, message_id) = (chat.clone(), message_id.clone());
        self.read(move |db| {
            let sql = "SELECT * FROM message WHERE instance = ? AND chat = ? AND id = ?
                ORDER BY seq LIMIT 1";
            first(db, sql, params![key(id), chat.as_str(), message_id.as_str()], message)
        })
        .await
    }

    async fn page(
        &self,
        id: InstanceId,
        listing: &Listing,
        behind: Option<Position>,
        count: u32,
    ) -> Result<Page> {
        let listing = listing.clone();
        self.read(move |db| page(db, id, &listing, behind.unwrap_or(START), count)).await
    }

    async fn unread(&self, id: InstanceId, chat: &ChatId, count: u32) -> Result<Vec<Message>> {
        let chat = chat.clone();
        self.read(move |db| {
            let sql = "SELECT * FROM message
                WHERE instance = ? AND chat = ? AND is_outgoing = 0 AND is_read = 0
                ORDER BY at DESC, seq DESC LIMIT ?";
            all(db, sql, params![key(id), chat.as_str(), count], message)
        })
        .await
    }

    async fn mark_read(&self, id: InstanceId, chat: &ChatId, messages: &[MessageId]) -> Result<()> {
        let (chat, messages) = (chat.clone(), to_json(&messages)?);
        self.write(move |db| {
            let sql = "UPDATE message SET is_read = 1 WHERE instance = ? AND chat = ?
                AND id IN (SELECT value FROM json_each(?)) AND is_outgoing = 0 AND is_read = 0";
            execute(db, sql, params![key(id), chat.as_str(), messages])?;
            Ok(())
        })
        .await
    }

    async fn mark_deleted(&self, id: InstanceId, chat: &ChatId, message: &MessageId) -> Result<()> {
        let (chat, message) = (chat.clone(), message.clone());
        self.write(move |db| {
            let sql = "UPDATE message SET is_deleted = 1
                WHERE instance = ? AND chat = ? AND id = ?";
            execute(db, sql, params![key(id), chat.as_str(), message.as_str()])?;
            Ok(())
        })
        .await
    }
}

fn page(
    db: &Connection,
    id: InstanceId,
    listing: &Listing,
    behind: Position,
    count: u32,
) -> Result<Page> {
    let (at, seq) = (behind.at.0, behind.seq);
    let rows = match listing {
        Listing::Chat(chat) => {
            let sql = "SELECT * FROM message
                WHERE instance = ? AND chat = ? AND (at, seq) < (?, ?)
                ORDER BY at DESC, seq DESC LIMIT ?";
            all(db, sql, params![key(id), chat.as_str(), at, seq, count], placed)?
        }
        Listing::Since { outgoing, since } => {
            let sql = "SELECT * FROM message
                WHERE instance = ? AND is_outgoing = ? AND at >= ? AND (at, seq) < (?, ?)
                ORDER BY at DESC, seq DESC LIMIT ?";
            all(db, sql, params![key(id), outgoing, since.0, at, seq, count], placed)?
        }
    };
    let next = rows.last().filter(|_| rows.len() == count as usize).map(|row| row.0);
    Ok(Page { messages: rows.into_iter().map(|row| row.1).collect(), next })
}

fn placed(row: &Row<'_>) -> Result<(Position, Message)> {
    let message = message(row)?;
    Ok((Position { at: message.at, seq: get(row, "seq")? }, message))
}
