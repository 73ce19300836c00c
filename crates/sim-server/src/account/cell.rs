//! An account while the network runs: one lock per account, so that hundreds link at once
//! without waiting for each other, the sockets of its devices, and its phone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::MutexGuard;
use wacore_binary::{Jid, Node};

use super::{Account, PrimaryDevice, Subscribers};
use crate::error::Error;
use crate::message_faults::MessageFaults;
use crate::transport::Outbox;

/// Waiting stanzas that a phone takes before it lets others use its account.
const TAKEN_AT_ONCE: usize = 64;

/// One account with its sockets.
pub struct AccountCell {
    /// Digits of the international number, without `+`.
    pub phone: String,
    /// The user part of its LID.
    pub lid: String,
    /// Whether others know the account by its LID only.
    pub hides_number: bool,
    /// Other numbers that lead to the account when somebody is looked up by them.
    pub aliases: Vec<String>,
    /// Who wants to know whether the account is there.
    pub(crate) subscribers: Subscribers,
    /// What goes wrong with its messages on purpose.
    pub faults: MessageFaults,
    /// Its phone.
    pub(crate) primary: Arc<dyn PrimaryDevice>,
    state: tokio::sync::Mutex<Account>,
    sockets: Mutex<BTreeMap<u16, Socket>>,
    changed: AtomicBool,
}

/// The live socket of a device.
#[derive(Clone)]
pub struct Socket {
    /// What is on its way to the device.
    pub outbox: Outbox,
    /// Whether the device has asked for what happens; before that, things are queued.
    pub active: bool,
    /// Whether the device has said that its user is there.
    pub available: bool,
}

impl AccountCell {
    /// An account that is looked after by `primary`, its phone.
    pub fn new(account: Account, primary: Arc<dyn PrimaryDevice>) -> Self {
        Self {
            phone: account.phone.clone(),
            lid: account.lid.clone(),
            hides_number: account.hides_number,
            aliases: account.aliases.clone(),
            primary,
            subscribers: Subscribers::default(),
            faults: MessageFaults::default(),
            state: tokio::sync::Mutex::new(account),
            sockets: Mutex::default(),
            changed: AtomicBool::new(false),
        }
    }

    /// The JID of a device by LID or number; by LID in any case where the number is hidden.
    pub fn jid(&self, by_lid: bool, device: u16) -> Jid {
        if by_lid || self.hides_number {
            Jid::lid_device(self.lid.as_str(), device)
        } else {
            Jid::pn_device(self.phone.as_str(), device)
        }
    }

    /// What stands beside [`AccountCell::jid`] in stanzas: the same account under its other
    /// name, unless that is hidden.
    pub fn other_jid(&self, by_lid: bool) -> Option<Jid> {
        match by_lid {
            _ if self.hides_number => None,
            true => Some(Jid::pn(self.phone.as_str())),
            false => Some(Jid::lid(self.lid.as_str())),
        }
    }

    /// How phones show the account: `15550100001@c.us`, or the LID of one that hides its
    /// number.
    pub fn chat_id(&self) -> String {
        if self.hides_number { format!("{}@lid", self.lid) } else { format!("{}@c.us", self.phone) }
    }

    /// Locks the account. Never held while waiting for a socket.
    pub async fn lock(&self) -> MutexGuard<'_, Account> {
        self.state.lock().await
    }

    /// Locks the account if nobody else has.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, Account>> {
        self.state.try_lock().ok()
    }

    /// Writes the account; on return it is on disk. The caller holds the account's lock.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn save(&self, account: &Account) -> Result<(), Error> {
        self.primary.save(account).await
    }

    /// Has the account written to disk soon.
    pub fn mark_changed(&self) {
        self.changed.store(true, Ordering::Release);
    }

    /// Whether the account was changed since this was asked last.
    pub fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// Registers the socket of a device. Gives the one it replaces.
    pub(crate) fn attach(&self, device: u16, outbox: Outbox) -> Option<Socket> {
        let socket = Socket { outbox, active: false, available: false };
        self.sockets.lock().insert(device, socket)
    }

    /// Forgets a socket, unless another has taken its place.
    pub(crate) fn detach(&self, device: u16, outbox: &Outbox) {
        let mut sockets = self.sockets.lock();
        if sockets.get(&device).is_some_and(|socket| socket.outbox.id() == outbox.id()) {
            sockets.remove(&device);
        }
    }

    /// Marks the device as wanting what happens from now on.
    pub(crate) fn set_active(&self, device: u16, active: bool) {
        if let Some(socket) = self.sockets.lock().get_mut(&device) {
            socket.active = active;
        }
    }

    /// Notes whether the user of a device is there.
    pub(crate) fn set_available(&self, device: u16, available: bool) {
        if let Some(socket) = self.sockets.lock().get_mut(&device) {
            socket.available = available;
        }
    }

    /// The live socket of a device.
    pub fn socket(&self, device: u16) -> Option<Socket> {
        self.sockets.lock().get(&device).cloned()
    }

    /// All live sockets of the account.
    pub fn live(&self) -> Vec<(u16, Socket)> {
        let sockets = self.sockets.lock();
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

    /// Gives stanzas to devices, and to the phone as device 0: now if they are there, else when
    /// they come back. The account must not be locked.
    pub async fn hand_over(&self, stanzas: impl IntoIterator<Item = (u16, Node)>) {
        let mut for_phone = Vec::new();
        let mut account = self.lock().await;
        for (device, stanza) in stanzas {
            if device != 0 {
                self.deliver(&mut account, device, stanza);
            } else if account.online {
                for_phone.push(stanza);
            } else {
                account.waiting.push(&stanza);
                self.mark_changed();
            }
        }
        drop(account);
        for stanza in for_phone {
            self.primary.clone().take(&stanza).await;
        }
    }

    /// What becomes of a message for one of the account's devices. Nothing goes wrong on purpose
    /// with what is for the phone.
    pub(crate) fn spoiled(&self, device: u16, stanza: Node) -> Vec<(u16, Node)> {
        let stanzas = if device == 0 { vec![stanza] } else { self.faults.spoil(stanza) };
        stanzas.into_iter().map(|stanza| (device, stanza)).collect()
    }

    /// Gives a stanza to all linked devices but `by`.
    pub(crate) fn deliver_to_companions(&self, account: &mut Account, by: u16, stanza: &Node) {
        let others: Vec<u16> = account.devices.keys().copied().filter(|id| *id != by).collect();
        for device in others {
            self.deliver(account, device, stanza.clone());
        }
    }

    /// Puts the phone on the network or off it. One that comes back takes what has waited for
    /// it, in order, before anything that comes now.
    pub async fn set_online(&self, online: bool) {
        loop {
            let mut account = self.lock().await;
            self.mark_changed();
            let waiting = if online { account.waiting.take(TAKEN_AT_ONCE) } else { Vec::new() };
            if waiting.is_empty() {
                account.online = online;
                return;
            }
            drop(account);
            for stanza in waiting {
                self.primary.clone().take(&stanza).await;
            }
        }
    }

    /// Shows a chat state on the devices and the phone that are there now.
    pub(crate) async fn show(&self, stanza: Node) {
        for (device, _) in self.live() {
            self.send_live(device, stanza.clone());
        }
        if self.lock().await.online {
            self.primary.clone().take(&stanza).await;
        }
    }

    /// Sends what is not worth keeping to a device that is there.
    pub(crate) fn send_live(&self, device: u16, stanza: Node) {
        if let Some(socket) = self.socket(device).filter(|socket| socket.active) {
            socket.outbox.send(stanza);
        }
    }
}
