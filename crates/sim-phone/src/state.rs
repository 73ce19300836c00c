//! What a phone keeps beside its chats: its keys, and what it notes of its linked devices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use siskin_sim_server::account::{Account, DeviceKeys};
use siskin_sim_server::error::Error;
use wacore_libsignal::protocol::{PreKeyBundle, ProtocolAddress, SignalProtocolError};
use waproto::whatsapp as wa;

use crate::app_state::Settings;
use crate::history_request::HistoryRequest;
use crate::keys::{Identity, PhoneKeys, SenderKeys};

/// The private state of a phone.
#[derive(Serialize, Deserialize)]
pub(crate) struct PhoneState {
    pub(crate) identity: Identity,
    pub(crate) keys: PhoneKeys,
    #[serde(rename = "app_state")]
    pub(crate) settings: Settings,
    /// The phone's keys in groups.
    #[serde(default)]
    pub(crate) sender_keys: SenderKeys,
    /// Its linked devices, by id.
    devices: BTreeMap<u16, Companion>,
}

/// What a phone notes of a linked device.
#[derive(Default, Serialize, Deserialize)]
struct Companion {
    /// Whether the phone has shared its app-state key.
    #[serde(default)]
    has_app_state_key: bool,
    /// What it wants to know of the time before it was linked.
    #[serde(default)]
    history: HistoryRequest,
}

impl PhoneState {
    /// New keys, and the push name as the first setting of the account.
    pub(crate) fn new(account: &mut Account) -> Result<Self, Error> {
        let identity = Identity::new();
        let mut settings = Settings::new();
        settings.set_push_name(&mut account.app_state, &account.name);
        Ok(Self {
            keys: PhoneKeys::new(&identity)?,
            identity,
            settings,
            sender_keys: SenderKeys::default(),
            devices: BTreeMap::new(),
        })
    }

    /// The public keys of the phone with one fresh one-time key.
    pub(crate) fn offer_keys(&mut self) -> DeviceKeys {
        self.keys.offer(&self.identity)
    }

    /// Begins a session with the device at `with`, in place of one that there may be.
    pub(crate) async fn begin_session(
        &mut self,
        with: &ProtocolAddress,
        bundle: &PreKeyBundle,
    ) -> Result<(), SignalProtocolError> {
        self.keys.begin_session(&self.identity, with, bundle).await
    }

    /// Encrypts a `Message` in bytes to the device at `to`, with which there must be a session.
    /// Gives the type of the `<enc>` element and its content.
    pub(crate) async fn encrypt(
        &mut self,
        to: &ProtocolAddress,
        plain: &[u8],
    ) -> Result<(&'static str, Vec<u8>), SignalProtocolError> {
        self.keys.encrypt(&self.identity, to, plain).await
    }

    /// Decrypts what the device at `from` sent to the phone. `kind` is the type of its `<enc>`
    /// element.
    pub(crate) async fn decrypt(
        &mut self,
        from: &ProtocolAddress,
        kind: &str,
        sealed: &[u8],
    ) -> Result<wa::Message, SignalProtocolError> {
        self.keys.decrypt(&self.identity, from, kind, sealed).await
    }

    /// Takes note of a device that is about to be linked.
    pub(crate) fn add_companion(&mut self, device: u16, history: HistoryRequest) {
        self.devices.insert(device, Companion { has_app_state_key: false, history });
    }

    /// Forgets a device, its key index and its keys.
    pub(crate) fn remove_companion(&mut self, phone: &str, device: u16, key_index: u32) {
        self.devices.remove(&device);
        self.identity.revoke(key_index);
        self.keys.forget_device(phone, device);
    }

    /// Forgets the session with a device, and that it has got the app-state key.
    pub(crate) fn forget_session(&mut self, phone: &str, device: u16) {
        self.keys.forget_device(phone, device);
        if let Some(companion) = self.devices.get_mut(&device) {
            companion.has_app_state_key = false;
        }
    }

    /// Forgets all sessions and sender keys.
    pub(crate) fn forget_sessions(&mut self) {
        self.keys.forget_sessions();
        self.sender_keys = SenderKeys::default();
    }

    /// Whether a device lacks the app-state key; from now on it counts as having it.
    pub(crate) fn take_key_share(&mut self, device: u16) -> bool {
        let companion = self.devices.get_mut(&device).filter(|device| !device.has_app_state_key);
        companion.is_some_and(|companion| {
            companion.has_app_state_key = true;
            true
        })
    }

    /// The history that a device waits for and can read; from now on it counts as told.
    pub(crate) fn take_history_request(&mut self, device: u16) -> Option<HistoryRequest> {
        let companion = self.devices.get_mut(&device)?;
        let due = companion.has_app_state_key && companion.history.is_due();
        due.then(|| companion.history.take())
    }
}
