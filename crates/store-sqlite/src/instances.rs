use async_trait::async_trait;
use siskin_model::{Account, InstanceId, Settings, StateRecord, Token};
use siskin_store::{
    InstanceRow, Instances, LastState, NewInstance, Result, STATE_HISTORY, StateChange,
};
use sqlx::SqliteConnection;

use crate::notifications::tell;
use crate::rows::{id, instance, key, state_record, to_json};
use crate::{SqliteStore, database};

#[async_trait]
impl Instances for SqliteStore {
    async fn create(&self, new: NewInstance) -> Result<InstanceRow> {
        self.write_one(move |db| Box::pin(async move { create(db, new).await })).await
    }

    async fn list(&self) -> Result<Vec<InstanceRow>> {
        let rows = sqlx::query("SELECT * FROM instance ORDER BY id")
            .fetch_all(&self.readers)
            .await
            .map_err(database)?;
        rows.iter().map(instance).collect()
    }

    async fn save_settings(&self, id: InstanceId, settings: &Settings) -> Result<()> {
        let settings = to_json(settings)?;
        let sql = "UPDATE instance SET settings = ? WHERE id = ?";
        self.execute(sql, move |query| query.bind(settings).bind(key(id))).await?;
        Ok(())
    }

    async fn save_token(&self, id: InstanceId, token: &Token) -> Result<()> {
        let sql = "UPDATE instance SET token = ? WHERE id = ?";
        let token = token.clone();
        self.execute(sql, move |query| query.bind(token.expose().to_owned()).bind(key(id))).await?;
        Ok(())
    }

    async fn record_state(&self, id: InstanceId, change: StateChange) -> Result<()> {
        self.write(move |db| Box::pin(async move { record_state(db, id, &change).await })).await
    }

    async fn save_account(&self, id: InstanceId, account: Option<&Account>) -> Result<()> {
        let account = account.map(to_json).transpose()?;
        let sql = "UPDATE instance SET account = ? WHERE id = ?";
        self.execute(sql, move |query| query.bind(account).bind(key(id))).await?;
        Ok(())
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
        self.execute("DELETE FROM instance WHERE id = ?", move |query| query.bind(key(id))).await?;
        Ok(())
    }
}

async fn create(db: &mut SqliteConnection, new: NewInstance) -> Result<InstanceRow> {
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
    .execute(db)
    .await
    .map_err(database)?;
    let NewInstance { name, token, created: at, settings } = new;
    let id = id(created.last_insert_rowid())?;
    Ok(InstanceRow { id, name, token, created: at, settings, last })
}

async fn record_state(
    db: &mut SqliteConnection,
    id: InstanceId,
    change: &StateChange,
) -> Result<()> {
    if update_state(db, id, change).await? {
        add_history(db, id, &change.record).await?;
        trim_history(db, id).await?;
        tell(db, id, change.notification.as_ref()).await?;
    }
    Ok(())
}

/// `false`: the instance is gone.
async fn update_state(
    db: &mut SqliteConnection,
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
    .execute(db)
    .await
    .map_err(database)?;
    Ok(updated.rows_affected() == 1)
}

async fn add_history(
    db: &mut SqliteConnection,
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
    .execute(db)
    .await
    .map_err(database)?;
    Ok(())
}

/// Removes what is older than the newest [`STATE_HISTORY`] rows.
async fn trim_history(db: &mut SqliteConnection, id: InstanceId) -> Result<()> {
    sqlx::query(
        "DELETE FROM state_history WHERE instance = ?1 AND id <= (
             SELECT id FROM state_history WHERE instance = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
    )
    .bind(key(id))
    .bind(STATE_HISTORY)
    .execute(db)
    .await
    .map_err(database)?;
    Ok(())
}
