//! An account while the simulator runs: one lock per account, so that hundreds link at
//! once without waiting for each other, and the sockets of its devices.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::MutexGuard;
use wacore_binary::Node;

use super::Account;
use crate::connection::Outbox;

/// One account with its sockets.
pub(crate) struct AccountCell {
    pub(crate) phone: String,
    pub(crate) lid: String,
    state: tokio::sync::Mutex<Account>,
    sockets: Mutex<BTreeMap<u16, Socket>>,
}

/// The live socket of a device.
#[derive(Clone)]
pub(crate) struct Socket {
    pub(crate) outbox: Outbox,
    /// Whether the device has asked for what happens; before that, things are queued.
    pub(crate) active: bool,
}

impl AccountCell {
    pub(crate) fn new(account: Account) -> Self {
        Self {
            phone: account.phone.clone(),
            lid: account.lid.clone(),
            state: tokio::sync::Mutex::new(account),
            sockets: Mutex::default(),
        }
    }

    /// Locks the account. Never held while waiting for a socket.
    pub(crate) async fn lock(&self) -> MutexGuard<'_, Account> {
        self.state.lock().await
    }

    /// Registers the socket of a device. Gives the one it replaces.
    pub(crate) fn attach(&self, device: u16, outbox: Outbox) -> Option<Socket> {
        let socket = Socket { outbox, active: false };
        self.sockets().insert(device, socket)
    }

    /// Forgets a socket, unless another has taken its place.
    pub(crate) fn detach(&self, device: u16, outbox: &Outbox) {
        let mut sockets = self.sockets();
        if sockets.get(&device).is_some_and(|socket| socket.outbox.id() == outbox.id()) {
            sockets.remove(&device);
        }
    }

    /// Marks the device as wanting what happens from now on.
    pub(crate) fn set_active(&self, device: u16, active: bool) {
        if let Some(socket) = self.sockets().get_mut(&device) {
            socket.active = active;
        }
    }

    /// The live socket of a device.
    pub(crate) fn socket(&self, device: u16) -> Option<Socket> {
        self.sockets().get(&device).cloned()
    }

    /// All live sockets of the account.
    pub(crate) fn live(&self) -> Vec<(u16, Socket)> {
        let sockets = self.sockets();
        sockets.iter().map(|(id, socket)| (*id, socket.clone())).collect()
    }

    /// Queues `stanza` for a linked device until it is acknowledged, and sends it now if
    /// the device is there. The caller holds the account's lock and saves it.
    pub(crate) fn deliver(&self, account: &mut Account, device: u16, stanza: Node) {
        let Some(target) = account.devices.get_mut(&device) else {
            return;
        };
        target.enqueue(&stanza);
        if let Some(socket) = self.socket(device).filter(|socket| socket.active) {
            socket.outbox.send(stanza);
        }
    }

    fn sockets(&self) -> std::sync::MutexGuard<'_, BTreeMap<u16, Socket>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
