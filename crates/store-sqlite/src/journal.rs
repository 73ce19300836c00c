use async_trait::async_trait;
use rusqlite::params;
use siskin_model::{ChatId, InstanceId, Message, MessageId, UnixMillis};
use siskin_store::{Entry, Journal, Recorded, Result};

use crate::SqliteStore;
use crate::message_row::message;
use crate::query::{all, execute, first};
use crate::record::record;
use crate::rows::{key, to_json};

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

    async fn chat_messages(
        &self,
        id: InstanceId,
        chat: &ChatId,
        count: u32,
    ) -> Result<Vec<Message>> {
        let chat = chat.clone();
        self.read(move |db| {
            let sql = "SELECT * FROM message WHERE instance = ? AND chat = ?
                ORDER BY at DESC, seq DESC LIMIT ?";
            all(db, sql, params![key(id), chat.as_str(), count], message)
        })
        .await
    }

    async fn messages_since(
        &self,
        id: InstanceId,
        outgoing: bool,
        since: UnixMillis,
        count: u32,
    ) -> Result<Vec<Message>> {
        self.read(move |db| {
            let sql = "SELECT * FROM message WHERE instance = ? AND is_outgoing = ? AND at >= ?
                ORDER BY at DESC, seq DESC LIMIT ?";
            all(db, sql, params![key(id), outgoing, since.0, count], message)
        })
        .await
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
