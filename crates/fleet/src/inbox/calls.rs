use std::sync::Arc;

use siskin_green_api::{Notification, Settings};
use siskin_model::{CallRecord, CallStatus, InstanceId};
use siskin_store::{Result, Store};
use tokio::sync::watch;

use crate::log::NotificationLog;
use crate::people::AddressBook;

/// Records the calls of one instance.
pub(crate) struct Calls {
    id: InstanceId,
    store: Arc<dyn Store>,
    settings: watch::Receiver<Arc<Settings>>,
    address_book: Arc<AddressBook>,
    log: Arc<NotificationLog>,
}

impl Calls {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        settings: &watch::Receiver<Arc<Settings>>,
        address_book: &Arc<AddressBook>,
        log: &Arc<NotificationLog>,
    ) -> Self {
        Self {
            id,
            store: store.clone(),
            settings: settings.clone(),
            address_book: address_book.clone(),
            log: log.clone(),
        }
    }

    pub(super) async fn record(&self, mut call: CallRecord) -> Result<()> {
        // Whether it has a picture is told only when it rings.
        if let Some(earlier) = self.store.call(self.id, &call.id).await? {
            call.is_video = earlier.is_video;
            call.is_group = earlier.is_group;
            call.chat = earlier.chat;
        } else if call.status != CallStatus::Offer {
            tracing::debug!(instance = %self.id, "a call that never rang has ended");
        }
        let names = self.address_book.names_of(&[&call.chat]).await?;
        let notification = self
            .settings
            .borrow()
            .tell_call(&call)
            .then(|| names.draw(|view| Notification::call(names.account(), &call, 0, view)));
        let write = |notification| self.store.record_call(self.id, &call, notification);
        self.log.commit(notification, write).await?;
        Ok(())
    }
}
