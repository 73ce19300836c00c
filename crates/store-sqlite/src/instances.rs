use async_trait::async_trait;
use siskin_model::{Account, InstanceId, Settings, StateRecord, Token};
use siskin_store::{
    InstanceRow, Instances, LastState, NewInstance, Result, STATE_HISTORY, StateChange,
};
use sqlx::{Sqlite, Transaction};

use crate::notifications::append;
use crate::rows::{id, instance, key, state_record, to_json};
use crate::{SqliteStore, database};

#[async_trait]
impl Instances for SqliteStore {
    async fn create(&self, new: NewInstance) -> Result<InstanceRow> {
        let last = LastState::new(new.created);
        let created = sqlx::query(
            "INSERT INTO instance (name, token, created, settings, state, state_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&new.name)
        .bind(new.token.expose())
        .bind(new.created.0)
        .bind(to_json(&new.settings)?)
        .bind(last.record.state.as_str())
        .bind(last.record.at.0)
        .execute(&self.writer)
        .await
        .map_err(database)?;
        let NewInstance { name, token, created: at, settings } = new;
        let id = id(created.last_insert_rowid())?;
        Ok(InstanceRow { id, name, token, created: at, settings, last })
    }

    async fn list(&self) -> Result<Vec<InstanceRow>> {
        let rows = sqlx::query("SELECT * FROM instance ORDER BY id")
            .fetch_all(&self.readers)
            .await
            .map_err(database)?;
        rows.iter().map(instance).collect()
    }

    async fn save_settings(&self, id: InstanceId, settings: &Settings) -> Result<()> {
        self.update("UPDATE instance SET settings = ? WHERE id = ?", to_json(settings)?, id).await
    }

    async fn save_token(&self, id: InstanceId, token: &Token) -> Result<()> {
        let sql = "UPDATE instance SET token = ? WHERE id = ?";
        self.update(sql, token.expose().to_owned(), id).await
    }

    async fn record_state(&self, id: InstanceId, change: StateChange) -> Result<()> {
        let mut transaction = self.writer.begin().await.map_err(database)?;
        if update_state(&mut transaction, id, &change).await? {
            add_history(&mut transaction, id, &change.record).await?;
            trim_history(&mut transaction, id).await?;
            if let Some(notification) = &change.notification {
                append(&mut transaction, id, notification).await?;
            }
        }
        transaction.commit().await.map_err(database)
    }

    async fn save_account(&self, id: InstanceId, account: Option<&Account>) -> Result<()> {
        let account = account.map(to_json).transpose()?;
        self.update("UPDATE instance SET account = ? WHERE id = ?", account, id).await
    }

    async fn state_history(&self, id: InstanceId, count: u32) -> Result<Vec<StateRecord>> {
        let rows = sqlx::query(
            "SELECT state, at, phone, reason FROM state_history
             WHERE instance = ? ORDER BY id DESC LIMIT ?",
        )
        .bind(key(id))
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(state_record).collect()
    }

    async fn delete(&self, id: InstanceId) -> Result<()> {
        sqlx::query("DELETE FROM instance WHERE id = ?")
            .bind(key(id))
            .execute(&self.writer)
            .await
            .map_err(database)?;
        Ok(())
    }
}

impl SqliteStore {
    async fn update<'q, T>(&self, sql: &'static str, value: T, id: InstanceId) -> Result<()>
    where
        T: sqlx::Encode<'q, Sqlite> + sqlx::Type<Sqlite> + Send + 'q,
    {
        let query = sqlx::query(sql).bind(value).bind(key(id));
        query.execute(&self.writer).await.map_err(database)?;
        Ok(())
    }
}

/// `false`: the instance is gone.
async fn update_state(
    transaction: &mut Transaction<'_, Sqlite>,
    id: InstanceId,
    change: &StateChange,
) -> Result<bool> {
    let record = &change.record;
    let updated = sqlx::query(
        "UPDATE instance SET state = ?, state_at = ?, state_phone = ?, state_reason = ?,
         account = ? WHERE id = ?",
    )
    .bind(record.state.as_str())
    .bind(record.at.0)
    .bind(record.phone.as_ref().map(|phone| phone.digits()))
    .bind(&record.reason)
    .bind(change.account.as_ref().map(to_json).transpose()?)
    .bind(key(id))
    .execute(&mut **transaction)
    .await
    .map_err(database)?;
    Ok(updated.rows_affected() == 1)
}

async fn add_history(
    transaction: &mut Transaction<'_, Sqlite>,
    id: InstanceId,
    record: &StateRecord,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO state_history (instance, state, at, phone, reason) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(key(id))
    .bind(record.state.as_str())
    .bind(record.at.0)
    .bind(record.phone.as_ref().map(|phone| phone.digits()))
    .bind(&record.reason)
    .execute(&mut **transaction)
    .await
    .map_err(database)?;
    Ok(())
}

/// Removes what is older than the newest [`STATE_HISTORY`] rows.
async fn trim_history(transaction: &mut Transaction<'_, Sqlite>, id: InstanceId) -> Result<()> {
    sqlx::query(
        "DELETE FROM state_history WHERE instance = ?1 AND id <= (
             SELECT id FROM state_history WHERE instance = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
    )
    .bind(key(id))
    .bind(STATE_HISTORY)
    .execute(&mut **transaction)
    .await
    .map_err(database)?;
    Ok(())
}
