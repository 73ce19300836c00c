use async_trait::async_trait;
use siskin_model::{InstanceId, Notification, Receipt, UnixMillis};
use siskin_store::{LoggedNotification, Notifications, Result};
use sqlx::SqliteConnection;

use crate::rows::{id, key, notification, to_json};
use crate::{SqliteStore, database};

#[async_trait]
impl Notifications for SqliteStore {
    async fn append(&self, id: InstanceId, notification: Notification) -> Result<Receipt> {
        let appended = self
            .write_one(move |db| Box::pin(async move { append(db, id, &notification).await }))
            .await?;
        Ok(appended.unwrap_or_default())
    }

    async fn oldest(
        &self,
        id: InstanceId,
        not_before: UnixMillis,
    ) -> Result<Option<LoggedNotification>> {
        let row = sqlx::query(
            "SELECT receipt, at, body FROM notification WHERE instance = ? AND at >= ?
             ORDER BY receipt LIMIT 1",
        )
        .bind(key(id))
        .bind(not_before.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(database)?;
        row.as_ref().map(notification).transpose()
    }

    async fn newest(&self, id: InstanceId, count: u32) -> Result<Vec<LoggedNotification>> {
        let rows = sqlx::query(
            "SELECT receipt, at, body FROM notification WHERE instance = ?
             ORDER BY receipt DESC LIMIT ?",
        )
        .bind(key(id))
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(notification).collect()
    }

    async fn remove(&self, id: InstanceId, receipt: Receipt) -> Result<bool> {
        let sql = "DELETE FROM notification WHERE instance = ? AND receipt = ?";
        Ok(self.execute(sql, move |query| query.bind(key(id)).bind(receipt)).await? == 1)
    }

    async fn clear(&self, id: InstanceId) -> Result<u64> {
        let sql = "DELETE FROM notification WHERE instance = ?";
        self.execute(sql, move |query| query.bind(key(id))).await
    }

    async fn count(&self, id: InstanceId, not_before: UnixMillis) -> Result<u64> {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM notification WHERE instance = ? AND at >= ?")
                .bind(key(id))
                .bind(not_before.0)
                .fetch_one(&self.readers)
                .await
                .map_err(database)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn expire(&self, before: UnixMillis) -> Result<u64> {
        let sql = "DELETE FROM notification WHERE at < ?";
        self.execute(sql, move |query| query.bind(before.0)).await
    }

    async fn pending(&self) -> Result<Vec<InstanceId>> {
        let keys: Vec<i64> =
            sqlx::query_scalar("SELECT DISTINCT instance FROM notification ORDER BY instance")
                .fetch_all(&self.readers)
                .await
                .map_err(database)?;
        keys.into_iter().map(id).collect()
    }
}

/// Appends a notification. `None`: the instance is gone.
pub(crate) async fn append(
    db: &mut SqliteConnection,
    id: InstanceId,
    notification: &Notification,
) -> Result<Option<Receipt>> {
    // A trigger keeps the count.
    sqlx::query_scalar(
        "INSERT INTO notification (instance, receipt, at, body)
         SELECT instance, last + 1, ?, ? FROM receipt_count WHERE instance = ? RETURNING receipt",
    )
    .bind(notification.at.0)
    .bind(to_json(&notification.body)?)
    .bind(key(id))
    .fetch_optional(db)
    .await
    .map_err(database)
}

/// Appends a notification if there is one.
pub(crate) async fn tell(
    db: &mut SqliteConnection,
    id: InstanceId,
    notification: Option<&Notification>,
) -> Result<Option<Receipt>> {
    match notification {
        Some(notification) => append(db, id, notification).await,
        None => Ok(None),
    }
}
