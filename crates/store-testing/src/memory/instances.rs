use async_trait::async_trait;
use siskin_green_api::Settings;
use siskin_model::{Account, InstanceId, StateRecord, Token, UnixMillis};

use super::{Kept, MemoryStore};
use siskin_store::{
    DeletedInstance, GatewaySecret, InstanceRow, Instances, LastState, NewInstance, Result,
    STATE_HISTORY, Secrets, StateChange,
};

#[async_trait]
impl Instances for MemoryStore {
    async fn create(&self, new: NewInstance) -> Result<InstanceRow> {
        self.room()?;
        let mut tables = self.tables();
        let id = InstanceId::new(InstanceId::FIRST.get() + tables.created);
        tables.created += 1;
        let NewInstance { name, token, created, settings } = new;
        let row = InstanceRow { id, name, token, created, settings, last: LastState::new(created) };
        tables.instances.insert(id, Kept::new(row.clone()));
        Ok(row)
    }

    async fn list(&self) -> Result<Vec<InstanceRow>> {
        Ok(self.tables().instances.values().map(|kept| kept.row.clone()).collect())
    }

    async fn save_settings(&self, id: InstanceId, settings: &Settings) -> Result<()> {
        self.room()?;
        self.with(id, |kept| kept.row.settings = settings.clone());
        Ok(())
    }

    async fn save_token(&self, id: InstanceId, token: &Token) -> Result<()> {
        self.room()?;
        self.with(id, |kept| kept.row.token = token.clone());
        Ok(())
    }

    async fn record_state(&self, id: InstanceId, change: StateChange) -> Result<()> {
        self.room()?;
        self.with(id, |kept| {
            kept.row.last = LastState { record: change.record.clone(), account: change.account };
            kept.history.push_back(change.record);
            if kept.history.len() > STATE_HISTORY as usize {
                kept.history.pop_front();
            }
            if let Some(notification) = change.notification {
                kept.append(notification);
            }
        });
        Ok(())
    }

    async fn save_account(&self, id: InstanceId, account: Option<&Account>) -> Result<()> {
        self.room()?;
        self.with(id, |kept| kept.row.last.account = account.cloned());
        Ok(())
    }

    async fn state_history(&self, id: InstanceId, count: u32) -> Result<Vec<StateRecord>> {
        let newest =
            |kept: &mut Kept| kept.history.iter().rev().take(count as usize).cloned().collect();
        Ok(self.with(id, newest).unwrap_or_default())
    }

    async fn delete(&self, id: InstanceId, now: UnixMillis) -> Result<()> {
        self.room()?;
        let mut tables = self.tables();
        if let Some(Kept { row, .. }) = tables.instances.remove(&id) {
            let InstanceRow { id, name, created, .. } = row;
            tables.deleted.push(DeletedInstance { id, name, created, deleted: now });
            tables.deleted.sort_by_key(|instance| instance.id);
        }
        Ok(())
    }

    async fn deleted(&self) -> Result<Vec<DeletedInstance>> {
        Ok(self.tables().deleted.clone())
    }

    async fn is_deleted(&self, id: InstanceId) -> Result<bool> {
        Ok(self.tables().deleted.iter().any(|instance| instance.id == id))
    }

    async fn forget_deleted(&self, before: UnixMillis) -> Result<u64> {
        let mut tables = self.tables();
        let length = tables.deleted.len();
        tables.deleted.retain(|instance| instance.deleted >= before);
        Ok((length - tables.deleted.len()) as u64)
    }
}

#[async_trait]
impl Secrets for MemoryStore {
    async fn secret_or(&self, which: GatewaySecret, fresh: Token) -> Result<(Token, bool)> {
        self.room()?;
        let mut tables = self.tables();
        if let Some(kept) = tables.secrets.get(&which) {
            return Ok((kept.clone(), false));
        }
        tables.secrets.insert(which, fresh.clone());
        Ok((fresh, true))
    }
}
