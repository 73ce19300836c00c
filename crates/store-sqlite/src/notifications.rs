use async_trait::async_trait;
use rusqlite::{Connection, params};
use siskin_green_api::Notification;
use siskin_model::{InstanceId, Receipt, UnixMillis};
use siskin_store::{LoggedNotification, Notifications, Result};

use crate::SqliteStore;
use crate::query::{all, count, execute, value};
use crate::rows::{get, id, key, notification, to_json};

#[async_trait]
impl Notifications for SqliteStore {
    async fn append(&self, id: InstanceId, notification: Notification) -> Result<Receipt> {
        let appended = self.write(move |db| append(db, id, &notification)).await?;
        Ok(appended.unwrap_or_default())
    }

    async fn logged(
        &self,
        id: InstanceId,
        after: Receipt,
        not_before: UnixMillis,
        count: u32,
    ) -> Result<Vec<LoggedNotification>> {
        self.read(move |db| {
            let sql = "SELECT receipt, at, body FROM notification
                WHERE instance = ? AND receipt > ? AND at >= ? ORDER BY receipt LIMIT ?";
            all(db, sql, params![key(id), after, not_before.0, count], notification)
        })
        .await
    }

    async fn newest(&self, id: InstanceId, count: u32) -> Result<Vec<LoggedNotification>> {
        self.read(move |db| {
            let sql = "SELECT receipt, at, body FROM notification WHERE instance = ?
                ORDER BY receipt DESC LIMIT ?";
            all(db, sql, params![key(id), count], notification)
        })
        .await
    }

    async fn remove_all(&self, id: InstanceId, receipts: Vec<Receipt>) -> Result<u64> {
        self.write(move |db| {
            let sql = "DELETE FROM notification WHERE instance = ? AND receipt = ?";
            let removed = receipts.iter().map(|receipt| execute(db, sql, [key(id), *receipt]));
            removed.sum::<Result<usize>>().map(|removed| removed as u64)
        })
        .await
    }

    async fn clear(&self, id: InstanceId) -> Result<u64> {
        self.write(move |db| {
            let sql = "DELETE FROM notification WHERE instance = ?";
            Ok(execute(db, sql, [key(id)])? as u64)
        })
        .await
    }

    async fn count(&self, id: InstanceId, not_before: UnixMillis) -> Result<u64> {
        self.read(move |db| {
            let sql = "SELECT count(*) FROM notification WHERE instance = ? AND at >= ?";
            count(db, sql, params![key(id), not_before.0])
        })
        .await
    }

    async fn expire(&self, before: UnixMillis) -> Result<u64> {
        self.write(move |db| {
            let sql = "DELETE FROM notification WHERE at < ?";
            Ok(execute(db, sql, [before.0])? as u64)
        })
        .await
    }

    async fn pending(&self) -> Result<Vec<InstanceId>> {
        self.read(|db| {
            let sql = "SELECT DISTINCT instance FROM notification ORDER BY instance";
            all(db, sql, [], |row| id(get(row, "instance")?))
        })
        .await
    }
}

/// Appends a notification. `None`: the instance is gone.
pub(crate) fn append(
    db: &Connection,
    id: InstanceId,
    notification: &Notification,
) -> Result<Option<Receipt>> {
    // A trigger keeps the count.
    let sql = "INSERT INTO notification (instance, receipt, at, body)
        SELECT instance, last + 1, ?, ? FROM receipt_count WHERE instance = ? RETURNING receipt";
    value(db, sql, params![notification.at.0, to_json(&notification.body)?, key(id)])
}

/// Appends a notification if there is one.
pub(crate) fn tell(
    db: &Connection,
    id: InstanceId,
    notification: Option<&Notification>,
) -> Result<Option<Receipt>> {
    match notification {
        Some(notification) => append(db, id, notification),
        None => Ok(None),
    }
}
