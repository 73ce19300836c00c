use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use siskin_green_api::{Notification, Word};
use siskin_model::{CallRecord, CallStatus, InstanceId, Receipt, UnixMillis};
use siskin_store::{Calls, Result};

use crate::SqliteStore;
use crate::message_row::chat;
use crate::notifications::tell;
use crate::query::{all, execute, first};
use crate::rows::{corrupt, get, key, text};

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
            if !save(db, id, &call)? {
                return Ok(None);
            }
            tell(db, id, notification.as_ref()).map(Some)
        })
        .await
    }

    async fn call(&self, id: InstanceId, call_id: &str) -> Result<Option<CallRecord>> {
        let call_id = call_id.to_owned();
        self.read(move |db| {
            let sql = "SELECT * FROM call WHERE instance = ? AND id = ?";
            first(db, sql, params![key(id), call_id], call)
        })
        .await
    }

    async fn calls_since(
        &self,
        id: InstanceId,
        incoming: bool,
        since: UnixMillis,
        count: u32,
    ) -> Result<Vec<CallRecord>> {
        self.read(move |db| {
            let sql = "SELECT * FROM call WHERE instance = ? AND is_incoming = ? AND at >= ?
                ORDER BY at DESC, seq DESC LIMIT ?";
            all(db, sql, params![key(id), incoming, since.0, count], call)
        })
        .await
    }
}

/// `false`: the call stands so already or has ended, or the instance is gone.
fn save(db: &Connection, id: InstanceId, call: &CallRecord) -> Result<bool> {
    let saved = execute(
        db,
        "INSERT INTO call (instance, id, is_incoming, chat, is_video, is_group, status, at)
         SELECT id, ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM instance WHERE id = ?8
         ON CONFLICT (instance, id) DO UPDATE SET status = excluded.status, at = excluded.at
         WHERE status NOT IN (excluded.status, ?9, ?10)",
        params![
            call.id,
            call.is_incoming,
            call.chat.as_str(),
            call.is_video,
            call.is_group,
            call.status.word(),
            call.at.0,
            key(id),
            CallStatus::HungUp.word(),
            CallStatus::Declined.word(),
        ],
    )?;
    Ok(saved == 1)
}

fn call(row: &Row<'_>) -> Result<CallRecord> {
    let word = text(row, "status")?;
    Ok(CallRecord {
        id: get(row, "id")?,
        is_incoming: get(row, "is_incoming")?,
        chat: chat(text(row, "chat")?)?,
        is_video: get(row, "is_video")?,
        is_group: get(row, "is_group")?,
        status: CallStatus::from_word(word).ok_or_else(|| corrupt("a call's status", &word))?,
        at: UnixMillis(get(row, "at")?),
    })
}
