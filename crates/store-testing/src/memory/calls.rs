use async_trait::async_trait;
use siskin_green_api::Notification;
use siskin_model::{CallRecord, CallStatus, InstanceId, Receipt, UnixMillis};

use super::{Kept, MemoryStore, newest};
use siskin_store::{Calls, Result};

#[async_trait]
impl Calls for MemoryStore {
    async fn record_call(
        &self,
        id: InstanceId,
        call: &CallRecord,
        notification: Option<Notification>,
    ) -> Result<Option<Option<Receipt>>> {
        self.room()?;
        let record = |kept: &mut Kept| {
            match kept.calls.iter_mut().find(|known| known.id == call.id) {
                None => kept.calls.push(call.clone()),
                Some(known) if known.status == call.status || has_ended(known.status) => {
                    return None;
                }
                Some(known) => (known.status, known.at) = (call.status, call.at),
            }
            Some(kept.tell(notification))
        };
        Ok(self.with(id, record).flatten())
    }

    async fn call(&self, id: InstanceId, call: &str) -> Result<Option<CallRecord>> {
        let find = |kept: &mut Kept| kept.calls.iter().find(|known| known.id == call).cloned();
        Ok(self.with(id, find).flatten())
    }

    async fn calls_since(
        &self,
        id: InstanceId,
        incoming: bool,
        since: UnixMillis,
        count: u32,
    ) -> Result<Vec<CallRecord>> {
        let collect = |kept: &mut Kept| {
            let wanted =
                kept.calls.iter().filter(|call| call.is_incoming == incoming && call.at >= since);
            newest(wanted, |call| call.at, count)
        };
        Ok(self.with(id, collect).unwrap_or_default())
    }
}

fn has_ended(status: CallStatus) -> bool {
    matches!(status, CallStatus::HungUp | CallStatus::Declined)
}
