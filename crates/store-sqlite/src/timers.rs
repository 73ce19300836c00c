use async_trait::async_trait;
use rusqlite::{Row, params};
use siskin_model::{ChatId, InstanceId, Timer, UnixMillis};
use siskin_store::{Result, Timers};

use crate::SqliteStore;
use crate::query::{execute, first};
use crate::rows::{get, key};

/// The one that was set later stays.
pub(crate) const NEWEST: &str = "ON CONFLICT (instance, chat)
    DO UPDATE SET seconds = excluded.seconds, since = excluded.since
    WHERE since <= excluded.since";

#[async_trait]
impl Timers for SqliteStore {
    async fn set_timer(&self, id: InstanceId, chat: &ChatId, timer: Timer) -> Result<()> {
        let chat = chat.clone();
        self.write(move |db| {
            let sql = format!(
                "INSERT INTO timer (instance, chat, seconds, since)
                 SELECT id, ?, ?, ? FROM instance WHERE id = ? {NEWEST}"
            );
            let values = params![chat.as_str(), timer.seconds, timer.since.0, key(id)];
            execute(db, &sql, values)?;
            Ok(())
        })
        .await
    }

    async fn timer(&self, id: InstanceId, chat: &ChatId) -> Result<Option<Timer>> {
        let chat = chat.clone();
        self.read(move |db| {
            let sql = "SELECT seconds, since FROM timer WHERE instance = ? AND chat = ?";
            first(db, sql, params![key(id), chat.as_str()], timer)
        })
        .await
    }
}

fn timer(row: &Row<'_>) -> Result<Timer> {
    Ok(Timer { seconds: get(row, "seconds")?, since: UnixMillis(get(row, "since")?) })
}
