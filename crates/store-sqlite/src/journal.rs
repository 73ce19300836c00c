use async_trait::async_trait;
use siskin_model::{ChatId, InstanceId, Message, MessageId, UnixMillis};
use siskin_store::{Entry, Journal, Recorded, Result};

use crate::message_row::message;
use crate::record::record;
use crate::rows::{key, to_json};
use crate::{SqliteStore, database};

#[async_trait]
impl Journal for SqliteStore {
    async fn record(&self, id: InstanceId, entries: Vec<Entry>) -> Result<Vec<Recorded>> {
        self.write(move |db| {
            Box::pin(async move {
                let mut recorded = Vec::with_capacity(entries.len());
                for entry in &entries {
                    recorded.push(record(db, id, entry).await?);
                }
                Ok(recorded)
            })
        })
        .await
    }

    async fn message(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message_id: &MessageId,
    ) -> Result<Option<Message>> {
        let row = sqlx::query(
            "SELECT * FROM message WHERE instance = ? AND chat = ? AND id = ?
             ORDER BY seq LIMIT 1",
        )
        .bind(key(id))
        .bind(chat.as_str())
        .bind(message_id.as_str())
        .fetch_optional(&self.readers)
        .await
        .map_err(database)?;
        row.as_ref().map(message).transpose()
    }

    async fn chat_messages(
        &self,
        id: InstanceId,
        chat: &ChatId,
        count: u32,
    ) -> Result<Vec<Message>> {
        let rows = sqlx::query(
            "SELECT * FROM message WHERE instance = ? AND chat = ?
             ORDER BY at DESC, seq DESC LIMIT ?",
        )
        .bind(key(id))
        .bind(chat.as_str())
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(message).collect()
    }

    async fn messages_since(
        &self,
        id: InstanceId,
        outgoing: bool,
        since: UnixMillis,
        count: u32,
    ) -> Result<Vec<Message>> {
        let rows = sqlx::query(
            "SELECT * FROM message WHERE instance = ? AND is_outgoing = ? AND at >= ?
             ORDER BY at DESC, seq DESC LIMIT ?",
        )
        .bind(key(id))
        .bind(outgoing)
        .bind(since.0)
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(message).collect()
    }

    async fn unread(&self, id: InstanceId, chat: &ChatId, count: u32) -> Result<Vec<Message>> {
        let rows = sqlx::query(
            "SELECT * FROM message
             WHERE instance = ? AND chat = ? AND is_outgoing = 0 AND is_read = 0
             ORDER BY at DESC, seq DESC LIMIT ?",
        )
        .bind(key(id))
        .bind(chat.as_str())
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(message).collect()
    }

    async fn mark_read(&self, id: InstanceId, chat: &ChatId, messages: &[MessageId]) -> Result<()> {
        let (chat, messages) = (chat.clone(), to_json(&messages)?);
        self.execute(
            "UPDATE message SET is_read = 1 WHERE instance = ? AND chat = ?
             AND id IN (SELECT value FROM json_each(?)) AND is_outgoing = 0 AND is_read = 0",
            move |query| query.bind(key(id)).bind(chat.as_str().to_owned()).bind(messages),
        )
        .await?;
        Ok(())
    }
}
