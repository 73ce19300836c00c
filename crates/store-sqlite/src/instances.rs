use async_trait::async_trait;
use rusqlite::{Connection, params};
use siskin_green_api::{Settings, Word};
use siskin_model::{Account, InstanceId, StateRecord, Token, UnixMillis};
use siskin_store::{
    DeletedInstance, InstanceRow, Instances, LastState, NewInstance, Result, STATE_HISTORY,
    StateChange,
};

use crate::SqliteStore;
use crate::deleted;
use crate::notifications::tell;
use crate::query::{all, execute};
use crate::rows::{id, instance, key, state_record, to_json};

#[async_trait]
impl Instances for SqliteStore {
    async fn create(&self, new: NewInstance) -> Result<InstanceRow> {
        self.write(move |db| create(db, new)).await
    }

    async fn list(&self) -> Result<Vec<InstanceRow>> {
        self.read(|db| all(db, "SELECT * FROM instance ORDER BY id", [], instance)).await
    }

    async fn save_settings(&self, id: InstanceId, settings: &Settings) -> Result<()> {
        let settings = to_json(settings)?;
        self.write(move |db| {
            let sql = "UPDATE instance SET settings = ? WHERE id = ?";
            execute(db, sql, params![settings, key(id)])?;
            Ok(())
        })
        .await
    }

    async fn save_token(&self, id: InstanceId, token: &Token) -> Result<()> {
        let token = token.clone();
        self.write(move |db| {
            let sql = "UPDATE instance SET token = ? WHERE id = ?";
            execute(db, sql, params![token.expose(), key(id)])?;
            Ok(())
        })
        .await
    }

    async fn record_state(&self, id: InstanceId, change: StateChange) -> Result<()> {
        self.write(move |db| record_state(db, id, &change)).await
    }

    async fn save_account(&self, id: InstanceId, account: Option<&Account>) -> Result<()> {
        let account = account.map(to_json).transpose()?;
        self.write(move |db| {
            let sql = "UPDATE instance SET account = ? WHERE id = ?";
            execute(db, sql, params![account, key(id)])?;
            Ok(())
        })
        .await
    }

    async fn state_history(&self, id: InstanceId, count: u32) -> Result<Vec<StateRecord>> {
        self.read(move |db| {
            let sql = "SELECT state, at, phone, reason FROM state_history
                WHERE instance = ? ORDER BY id DESC LIMIT ?";
            all(db, sql, params![key(id), count], state_record)
        })
        .await
    }

    async fn delete(&self, id: InstanceId, now: UnixMillis) -> Result<()> {
        self.write(move |db| deleted::delete(db, id, now)).await
    }

    async fn deleted(&self) -> Result<Vec<DeletedInstance>> {
        self.read(deleted::list).await
    }

    async fn is_deleted(&self, id: InstanceId) -> Result<bool> {
        self.read(move |db| deleted::has(db, id)).await
    }

    async fn forget_deleted(&self, before: UnixMillis) -> Result<u64> {
        self.write(move |db| deleted::forget(db, before)).await
    }
}

fn create(db: &Connection, new: NewInstance) -> Result<InstanceRow> {
    let last = LastState::new(new.created);
    execute(
        db,
        "INSERT INTO instance (name, token, created, settings, state, state_at)
         VALUES (?, ?, ?, ?, ?, ?)",
        params![
            new.name,
            new.token.expose(),
            new.created.0,
            to_json(&new.settings)?,
            last.record.state.word(),
            last.record.at.0,
        ],
    )?;
    let NewInstance { name, token, created, settings } = new;
    Ok(InstanceRow { id: id(db.last_insert_rowid())?, name, token, created, settings, last })
}

fn record_state(db: &Connection, id: InstanceId, change: &StateChange) -> Result<()> {
    if update_state(db, id, change)? {
        add_history(db, id, &change.record)?;
        trim_history(db, id)?;
        tell(db, id, change.notification.as_ref())?;
    }
    Ok(())
}

/// `false`: the instance is gone.
fn update_state(db: &Connection, id: InstanceId, change: &StateChange) -> Result<bool> {
    let record = &change.record;
    let updated = execute(
        db,
        "UPDATE instance SET state = ?, state_at = ?, state_phone = ?, state_reason = ?,
         account = ? WHERE id = ?",
        params![
            record.state.word(),
            record.at.0,
            record.phone.as_ref().map(|phone| phone.digits()),
            record.reason,
            change.account.as_ref().map(to_json).transpose()?,
            key(id),
        ],
    )?;
    Ok(updated == 1)
}

fn add_history(db: &Connection, id: InstanceId, record: &StateRecord) -> Result<()> {
    execute(
        db,
        "INSERT INTO state_history (instance, state, at, phone, reason) VALUES (?, ?, ?, ?, ?)",
        params![
            key(id),
            record.state.word(),
            record.at.0,
            record.phone.as_ref().map(|phone| phone.digits()),
            record.reason,
        ],
    )?;
    Ok(())
}

/// Removes what is older than the newest [`STATE_HISTORY`] rows.
fn trim_history(db: &Connection, id: InstanceId) -> Result<()> {
    execute(
        db,
        "DELETE FROM state_history WHERE instance = ?1 AND id <= (
             SELECT id FROM state_history WHERE instance = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        params![key(id), STATE_HISTORY],
    )?;
    Ok(())
}
