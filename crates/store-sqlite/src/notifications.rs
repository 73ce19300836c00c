use async_trait::async_trait;
use siskin_model::{InstanceId, Notification, Receipt, UnixMillis};
use siskin_store::{LoggedNotification, Notifications, Result};
use sqlx::{Sqlite, Transaction};

use crate::rows::{id, key, notification, to_json};
use crate::{SqliteStore, database};

#[async_trait]
impl Notifications for SqliteStore {
    async fn append(&self, id: InstanceId, notification: Notification) -> Result<Receipt> {
        let mut transaction = self.writer.begin().await.map_err(database)?;
        let receipt = append(&mut transaction, id, &notification).await?;
        transaction.commit().await.map_err(database)?;
        Ok(receipt.unwrap_or_default())
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

    async fn remove(&self, id: InstanceId, receipt: Receipt) -> Result<bool> {
        let removed = sqlx::query("DELETE FROM notification WHERE instance = ? AND receipt = ?")
            .bind(key(id))
            .bind(receipt)
            .execute(&self.writer)
            .await
            .map_err(database)?;
        Ok(removed.rows_affected() == 1)
    }

    async fn clear(&self, id: InstanceId) -> Result<u64> {
        let removed = sqlx::query("DELETE FROM notification WHERE instance = ?")
            .bind(key(id))
            .execute(&self.writer)
            .await
            .map_err(database)?;
        Ok(removed.rows_affected())
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
        let removed = sqlx::query("DELETE FROM notification WHERE at < ?")
            .bind(before.0)
            .execute(&self.writer)
            .await
            .map_err(database)?;
        Ok(removed.rows_affected())
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

/// Appends within a transaction. `None`: the instance is gone.
pub(crate) async fn append(
    transaction: &mut Transaction<'_, Sqlite>,
    id: InstanceId,
    notification: &Notification,
) -> Result<Option<Receipt>> {
    let receipt: Option<Receipt> = sqlx::query_scalar(
        "UPDATE instance SET last_receipt = last_receipt + 1 WHERE id = ?
         RETURNING last_receipt",
    )
    .bind(key(id))
    .fetch_optional(&mut **transaction)
    .await
    .map_err(database)?;
    let Some(number) = receipt else { return Ok(None) };
    sqlx::query("INSERT INTO notification (instance, receipt, at, body) VALUES (?, ?, ?, ?)")
        .bind(key(id))
        .bind(number)
        .bind(notification.at.0)
        .bind(to_json(&notification.body)?)
        .execute(&mut **transaction)
        .await
        .map_err(database)?;
    Ok(receipt)
}
