use std::sync::{Arc, OnceLock, Weak};

use siskin_model::Account;
use whatsapp_rust::Client;
use whatsapp_rust::store::Device;

use crate::account::account_of;

/// The place of a session's client, for those that the client is made with and that have to
/// reach it. It is empty until there is one, and again when that is gone.
#[derive(Clone, Default)]
pub(crate) struct ClientSlot(Arc<OnceLock<Weak<Client>>>);

impl ClientSlot {
    /// Puts the client in; a session has one.
    pub(crate) fn fill(&self, client: &Arc<Client>) {
        let _ = self.0.set(Arc::downgrade(client));
    }

    /// The client.
    pub(crate) fn client(&self) -> Option<Arc<Client>> {
        self.0.get().and_then(Weak::upgrade)
    }

    /// The device as it is now: a snapshot, so that no lock of the engine is waited for.
    pub(crate) fn device(&self) -> Option<Arc<Device>> {
        Some(self.client()?.persistence_manager().get_device_snapshot())
    }

    /// The account that the device is linked to.
    pub(crate) fn account(&self) -> Option<Account> {
        let device = self.device()?;
        account_of(&device)
    }
}
