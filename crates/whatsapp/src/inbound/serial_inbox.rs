use std::sync::Arc;

use siskin_fleet::port::Inbox;
use tokio::sync::{Mutex, MutexGuard};

/// The fleet's inbox, which one session calls one call after the other.
pub(super) struct SerialInbox(Mutex<Arc<dyn Inbox>>);

impl SerialInbox {
    pub(super) fn new(inbox: Arc<dyn Inbox>) -> Self {
        Self(Mutex::new(inbox))
    }

    /// The inbox, when it is the caller's turn; nobody else calls it while this is held.
    pub(super) async fn turn(&self) -> MutexGuard<'_, Arc<dyn Inbox>> {
        self.0.lock().await
    }
}
