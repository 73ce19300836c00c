//! An account while the simulator runs: one lock per account, so that hundreds link at
//! once without waiting for each other, and the sockets of its devices.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::MutexGuard;
use wacore_binary::{Jid, Node};

use super::Account;
use crate::connection::Outbox;
use crate::message_faults::MessageFaults;
use crate::phone::Chats;
use crate::routing::Subscribers;

/// One account with its sockets.
pub(crate) struct AccountCell {
    pub(crate) phone: String,
    pub(crate) lid: String,
    /// Whether others know the account by its LID only.
    pub(crate) hides_number: bool,
    /// Other numbers that lead to the account when somebody is looked up by them.
    pub(crate) aliases: Vec<String>,
    /// What the phone shows.
    pub(crate) chats: Chats,
    /// Who wants to know whether the account is there.
    pub(crate) subscribers: Subscribers,
    /// What goes wrong with its messages on purpose.
    pub(crate) faults: MessageFaults,
    /// Held while the phone sends, so that its messages leave in the order of the calls.
    pub(crate) sending: tokio::sync::Mutex<()>,
    state: tokio::sync::Mutex<Account>,
    sockets: Mutex<BTreeMap<u16, Socket>>,
    changed: AtomicBool,
}

/// The live socket of a device.
#[derive(Clone)]
pub(crate) struct Socket {
    pub(crate) outbox: Outbox,
    /// Whether the device has asked for what happens; before that, things are queued.
    pub(crate) active: bool,
    /// Whether the device has said that its user is there.
    pub(crate) available: bool,
}

impl AccountCell {
    pub(crate) fn new(account: Account, chats: Chats) -> Self {
        Self {
            phone: account.phone.clone(),
            lid: account.lid.clone(),
            hides_number: account.hides_number,
            aliases: account.aliases.clone(),
            chats,
            subscribers: Subscribers::default(),
            faults: MessageFaults::default(),
            sending: tokio::sync::Mutex::default(),
            state: tokio::sync::Mutex::new(account),
            sockets: Mutex::default(),
            changed: AtomicBool::new(false),
        }
    }

    /// The JID of a device by LID or number; by LID in any case where the number is hidden.
    pub(crate) fn jid(&self, by_lid: bool, device: u16) -> Jid {
        if by_lid || self.hides_number {
            Jid::lid_device(self.lid.as_str(), device)
        } else {
            Jid::pn_device(self.phone.as_str(), device)
        }
    }

    /// What stands beside [`AccountCell::jid`] in stanzas: the same account under its other
    /// name, unless that is hidden.
    pub(crate) fn other_jid(&self, by_lid: bool) -> Option<Jid> {
        match by_lid {
            _ if self.hides_number => None,
            true => Some(Jid::pn(self.phone.as_str())),
            false => Some(Jid::lid(self.lid.as_str())),
        }
    }

    /// How phones show the account: `15550100001@c.us`, or the LID of one that hides its
    /// number.
    pub(crate) fn chat_id(&self) -> String {
        if self.hides_number { format!("{}@lid", self.lid) } else { format!("{}@c.us", self.phone) }
    }

    /// Locks the account. Never held while waiting for a socket.
    pub(crate) async fn lock(&self) -> MutexGuard<'_, Account> {
        self.state.lock().await
    }

    /// Locks the account if nobody else has.
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, Account>> {
        self.state.try_lock().ok()
    }

    /// Has the account written to disk soon.
    pub(crate) fn mark_changed(&self) {
        self.changed.store(true, Ordering::Release);
    }

    /// Whether the account was changed since this was asked last.
    pub(crate) fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// Registers the socket of a device. Gives the one it replaces.
    pub(crate) fn attach(&self, device: u16, outbox: Outbox) -> Option<Socket> {
        let socket = Socket { outbox, active: false, available: false };
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

    /// Notes whether the user of a device is there.
    pub(crate) fn set_available(&self, device: u16, available: bool) {
        if let Some(socket) = self.sockets().get_mut(&device) {
            socket.available = available;
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
    /// the device is there. The caller holds the account's lock.
    pub(crate) fn deliver(&self, account: &mut Account, device: u16, stanza: Node) {
        let Some(target) = account.devices.get_mut(&device) else {
            return;
        };
        let live = self.socket(device).filter(|socket| socket.active);
        target.enqueue(&stanza, live.as_ref().map(|socket| socket.outbox.id()));
        self.mark_changed();
        if let Some(socket) = live {
            socket.outbox.send(stanza);
        }
    }

    /// Sends what is not worth keeping to a device that is there.
    pub(crate) fn send_live(&self, device: u16, stanza: Node) {
        if let Some(socket) = self.socket(device).filter(|socket| socket.active) {
            socket.outbox.send(stanza);
        }
    }

    fn sockets(&self) -> std::sync::MutexGuard<'_, BTreeMap<u16, Socket>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
