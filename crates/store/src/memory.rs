use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use siskin_model::{
    Account, InstanceId, Notification, Receipt, Settings, StateRecord, Token, UnixMillis,
};

use crate::{
    GatewaySecret, InstanceRow, Instances, LastState, LoggedNotification, NewInstance,
    Notifications, Result, STATE_HISTORY, Secrets, StateChange,
};

/// A store that forgets everything when it is dropped: the oracle for the others, and what
/// fast tests use.
#[derive(Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    created: u64,
    instances: BTreeMap<InstanceId, Kept>,
    secrets: HashMap<GatewaySecret, Token>,
}

struct Kept {
    row: InstanceRow,
    history: VecDeque<StateRecord>,
    log: VecDeque<LoggedNotification>,
    last_receipt: Receipt,
}

impl Kept {
    fn append(&mut self, notification: Notification) -> Receipt {
        self.last_receipt += 1;
        self.log.push_back(LoggedNotification { receipt: self.last_receipt, notification });
        self.last_receipt
    }
}

impl MemoryStore {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        // The tables are changed by code that cannot panic half-way.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, id: InstanceId, work: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        self.tables().instances.get_mut(&id).map(work)
    }
}

#[async_trait]
impl Instances for MemoryStore {
    async fn create(&self, new: NewInstance) -> Result<InstanceRow> {
        let mut tables = self.tables();
        let id = InstanceId::new(InstanceId::FIRST.get() + tables.created);
        tables.created += 1;
        let NewInstance { name, token, created, settings } = new;
        let row = InstanceRow { id, name, token, created, settings, last: LastState::new(created) };
        let kept = Kept {
            row: row.clone(),
            history: VecDeque::new(),
            log: VecDeque::new(),
            last_receipt: 0,
        };
        tables.instances.insert(id, kept);
        Ok(row)
    }

    async fn list(&self) -> Result<Vec<InstanceRow>> {
        Ok(self.tables().instances.values().map(|kept| kept.row.clone()).collect())
    }

    async fn save_settings(&self, id: InstanceId, settings: &Settings) -> Result<()> {
        self.with(id, |kept| kept.row.settings = settings.clone());
        Ok(())
    }

    async fn save_token(&self, id: InstanceId, token: &Token) -> Result<()> {
        self.with(id, |kept| kept.row.token = token.clone());
        Ok(())
    }

    async fn record_state(&self, id: InstanceId, change: StateChange) -> Result<()> {
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
        self.with(id, |kept| kept.row.last.account = account.cloned());
        Ok(())
    }

    async fn state_history(&self, id: InstanceId, count: u32) -> Result<Vec<StateRecord>> {
        let newest =
            |kept: &mut Kept| kept.history.iter().rev().take(count as usize).cloned().collect();
        Ok(self.with(id, newest).unwrap_or_default())
    }

    async fn delete(&self, id: InstanceId) -> Result<()> {
        self.tables().instances.remove(&id);
        Ok(())
    }
}

#[async_trait]
impl Notifications for MemoryStore {
    async fn append(&self, id: InstanceId, notification: Notification) -> Result<Receipt> {
        Ok(self.with(id, |kept| kept.append(notification)).unwrap_or_default())
    }

    async fn oldest(
        &self,
        id: InstanceId,
        not_before: UnixMillis,
    ) -> Result<Option<LoggedNotification>> {
        let oldest = |kept: &mut Kept| {
            kept.log.iter().find(|logged| logged.notification.at >= not_before).cloned()
        };
        Ok(self.with(id, oldest).flatten())
    }

    async fn remove(&self, id: InstanceId, receipt: Receipt) -> Result<bool> {
        let remove = |kept: &mut Kept| {
            let before = kept.log.len();
            kept.log.retain(|logged| logged.receipt != receipt);
            kept.log.len() != before
        };
        Ok(self.with(id, remove).unwrap_or_default())
    }

    async fn clear(&self, id: InstanceId) -> Result<u64> {
        let clear = |kept: &mut Kept| kept.log.drain(..).count() as u64;
        Ok(self.with(id, clear).unwrap_or_default())
    }

    async fn count(&self, id: InstanceId, not_before: UnixMillis) -> Result<u64> {
        let count = |kept: &mut Kept| {
            kept.log.iter().filter(|logged| logged.notification.at >= not_before).count() as u64
        };
        Ok(self.with(id, count).unwrap_or_default())
    }

    async fn expire(&self, before: UnixMillis) -> Result<u64> {
        let mut expired = 0;
        for kept in self.tables().instances.values_mut() {
            let length = kept.log.len();
            kept.log.retain(|logged| logged.notification.at >= before);
            expired += (length - kept.log.len()) as u64;
        }
        Ok(expired)
    }

    async fn pending(&self) -> Result<Vec<InstanceId>> {
        let tables = self.tables();
        let waiting = tables.instances.iter().filter(|(_, kept)| !kept.log.is_empty());
        Ok(waiting.map(|(id, _)| *id).collect())
    }
}

#[async_trait]
impl Secrets for MemoryStore {
    async fn secret_or(&self, which: GatewaySecret, fresh: Token) -> Result<(Token, bool)> {
        let mut tables = self.tables();
        if let Some(kept) = tables.secrets.get(&which) {
            return Ok((kept.clone(), false));
        }
        tables.secrets.insert(which, fresh.clone());
        Ok((fresh, true))
    }
}
