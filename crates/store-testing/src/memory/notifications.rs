use async_trait::async_trait;
use siskin_green_api::Notification;
use siskin_model::{InstanceId, Receipt, UnixMillis};

use super::{Kept, MemoryStore};
use siskin_store::{LoggedNotification, Notifications, Result};

#[async_trait]
impl Notifications for MemoryStore {
    async fn append(&self, id: InstanceId, notification: Notification) -> Result<Receipt> {
        self.room()?;
        Ok(self.with(id, |kept| kept.append(notification)).unwrap_or_default())
    }

    async fn logged(
        &self,
        id: InstanceId,
        after: Receipt,
        not_before: UnixMillis,
        count: u32,
    ) -> Result<Vec<LoggedNotification>> {
        let is_due = |logged: &&LoggedNotification| {
            logged.receipt > after && logged.notification.at >= not_before
        };
        let due = |kept: &mut Kept| {
            kept.log.iter().filter(is_due).take(count as usize).cloned().collect()
        };
        Ok(self.with(id, due).unwrap_or_default())
    }

    async fn newest(&self, id: InstanceId, count: u32) -> Result<Vec<LoggedNotification>> {
        let newest =
            |kept: &mut Kept| kept.log.iter().rev().take(count as usize).cloned().collect();
        Ok(self.with(id, newest).unwrap_or_default())
    }

    async fn remove_all(&self, id: InstanceId, receipts: Vec<Receipt>) -> Result<u64> {
        self.room()?;
        let remove = |kept: &mut Kept| {
            let before = kept.log.len();
            kept.log.retain(|logged| !receipts.contains(&logged.receipt));
            (before - kept.log.len()) as u64
        };
        Ok(self.with(id, remove).unwrap_or_default())
    }

    async fn clear(&self, id: InstanceId) -> Result<u64> {
        self.room()?;
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
        self.room()?;
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
