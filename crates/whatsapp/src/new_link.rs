use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use siskin_fleet::port::SessionEvent;
use tokio::sync::Mutex;
use wacore::store::traits::DeviceStore as _;
use whatsapp_rust::store::Device;

use crate::client_slot::ClientSlot;
use crate::keystore::Keys;
use crate::session_events::SessionEvents;

/// The link of a session that is not linked yet.
pub(crate) struct NewLink {
    keys: Arc<Keys>,
    client: ClientSlot,
    events: Arc<SessionEvents>,
    /// Whether the keys of the link are on disk.
    saved: AtomicBool,
    saving: Mutex<()>,
}

impl NewLink {
    /// `linked`: the keys are those of a link already, and there is nothing to do.
    pub(crate) fn new(
        keys: Arc<Keys>,
        client: ClientSlot,
        events: Arc<SessionEvents>,
        linked: bool,
    ) -> Self {
        let (saved, saving) = (AtomicBool::new(linked), Mutex::default());
        Self { keys, client, events, saved, saving }
    }

    /// Puts the keys of a new link on disk, if there is one by now, and tells of it. The engine
    /// itself would get to it within half a minute; a process that ends before that would leave
    /// the phone with a link that has no other end.
    ///
    /// # Errors
    /// When they are not on disk: no frame may go out, and the phone does not complete the link
    /// then.
    pub(crate) async fn save(&self) -> anyhow::Result<()> {
        if self.saved.load(Ordering::SeqCst) {
            return Ok(());
        }
        let _one_at_a_time = self.saving.lock().await;
        let Some(device) = self.device().filter(|_| !self.saved.load(Ordering::SeqCst)) else {
            return Ok(());
        };
        let saved = self.keys.store.save(&device).await;
        // Whatever was wrong with it, it is not there.
        saved.inspect_err(|error| self.keys.fence.close(error))?;
        self.saved.store(true, Ordering::SeqCst);
        self.keys.are_linked();
        if let Some(account) = self.client.account() {
            self.events.tell(SessionEvent::Paired(account));
        }
        Ok(())
    }

    /// The device once it is linked: the engine sets one after the other of what makes it so.
    fn device(&self) -> Option<Arc<Device>> {
        let device = self.client.device()?;
        let is_linked = device.pn.is_some() && device.lid.is_some() && device.account.is_some();
        is_linked.then_some(device)
    }
}
