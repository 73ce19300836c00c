use async_trait::async_trait;
use siskin_model::{CallRecord, CallStatus, InstanceId, Notification, Receipt, UnixMillis};
use siskin_store::{Calls, Result};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::message_row::chat;
use crate::notifications::tell;
use crate::rows::{corrupt, get, key};
use crate::{SqliteStore, database};

#[async_trait]
impl Calls for SqliteStore {
    async fn record_call(
        &self,
        id: InstanceId,
        call: &CallRecord,
        notification: Option<Notification>,
    ) -> Result<Option<Option<Receipt>>> {
        let call = call.clone();
        self.write(move |db| {
            Box::pin(async move {
                if !save(db, id, &call).await? {
                    return Ok(None);
                }
                tell(db, id, notification.as_ref()).await.map(Some)
            })
        })
        .await
    }

    async fn call(&self, id: InstanceId, call_id: &str) -> Result<Option<CallRecord>> {
        let row = sqlx::query("SELECT * FROM call WHERE instance = ? AND id = ?")
            .bind(key(id))
            .bind(call_id)
            .fetch_optional(&self.readers)
            .await
            .map_err(database)?;
        row.as_ref().map(call).transpose()
    }

    async fn calls_since(
        &self,
        id: InstanceId,
        incoming: bool,
        since: UnixMillis,
        count: u32,
    ) -> Result<Vec<CallRecord>> {
        let rows = sqlx::query(
            "SELECT * FROM call WHERE instance = ? AND is_incoming = ? AND at >= ?
             ORDER BY at DESC, seq DESC LIMIT ?",
        )
        .bind(key(id))
        .bind(incoming)
        .bind(since.0)
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(call).collect()
    }
}

/// `false`: the call stands so already or has ended, or the instance is gone.
async fn save(db: &mut SqliteConnection, id: InstanceId, call: &CallRecord) -> Result<bool> {
    let saved = sqlx::query(
        "INSERT INTO call (instance, id, is_incoming, chat, is_video, is_group, status, at)
         SELECT id, ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM instance WHERE id = ?8
         ON CONFLICT (instance, id) DO UPDATE SET status = excluded.status, at = excluded.at
         WHERE status NOT IN (excluded.status, ?9, ?10)",
    )
    .bind(&call.id)
    .bind(call.is_incoming)
    .bind(call.chat.as_str())
    .bind(call.is_video)
    .bind(call.is_group)
    .bind(call.status.as_str())
    .bind(call.at.0)
    .bind(key(id))
    .bind(CallStatus::HungUp.as_str())
    .bind(CallStatus::Declined.as_str())
    .execute(db)
    .await
    .map_err(database)?;
    Ok(saved.rows_affected() == 1)
}

fn call(row: &SqliteRow) -> Result<CallRecord> {
    let word: &str = get(row, "status")?;
    Ok(CallRecord {
        id: get(row, "id")?,
        is_incoming: get(row, "is_incoming")?,
        chat: chat(get(row, "chat")?)?,
        is_video: get(row, "is_video")?,
        is_group: get(row, "is_group")?,
        status: CallStatus::from_word(word).ok_or_else(|| corrupt("a call's status", &word))?,
        at: UnixMillis(get(row, "at")?),
    })
}
