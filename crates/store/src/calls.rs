use async_trait::async_trait;
use siskin_green_api::Notification;
use siskin_model::{CallRecord, InstanceId, Receipt, UnixMillis};

use crate::Result;

/// The journal of calls.
#[async_trait]
pub trait Calls: Send + Sync {
    /// Records how a call stands and since when, with the notification that tells of it; the
    /// rest of the record stays as it was first recorded. A call that stands
    /// so already, or has ended, is left alone: `None`. Else the notification's handle, if
    /// there was one.
    async fn record_call(
        &self,
        id: InstanceId,
        call: &CallRecord,
        notification: Option<Notification>,
    ) -> Result<Option<Option<Receipt>>>;

    /// One call.
    async fn call(&self, id: InstanceId, call: &str) -> Result<Option<CallRecord>>;

    /// The calls that are not older than `since`, newest first, at most `count`: incoming or
    /// outgoing ones.
    async fn calls_since(
        &self,
        id: InstanceId,
        incoming: bool,
        since: UnixMillis,
        count: u32,
    ) -> Result<Vec<CallRecord>>;
}
