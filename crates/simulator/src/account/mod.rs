//! Accounts: everything WhatsApp and the virtual phone know about one phone number.
//!
//! An [`Account`] is what is written to the data folder. An [`AccountCell`] is the account
//! while the simulator runs: its lock, and the sockets of its devices.

mod app_state;
mod cell;
mod device;
mod identity;
mod key_share;
mod number;
mod sender_keys;
mod signal;

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use wacore::types::jid::JidExt as _;
use wacore_binary::Jid;
use wacore_libsignal::protocol::{CurveError, SignalProtocolError};
use waproto::whatsapp as wa;

pub(crate) use app_state::{AppState, Contact, PatchRefused};
pub(crate) use cell::AccountCell;
pub(crate) use device::{Device, DeviceKeys, PreKey, SignedPreKey, Waiting};
pub(crate) use identity::Identity;
pub(crate) use number::parse_phone_number;
pub(crate) use sender_keys::{DeviceId, SenderKeys};
pub(crate) use signal::{PhoneKeys, session_bundle};

/// A WhatsApp account has at most this many linked devices.
pub(crate) const MAX_LINKED_DEVICES: usize = 4;

/// How WhatsApp has locked an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ban {
    /// For a time: logins fail with reason 402, a code and a number of seconds.
    Temporary,
    /// For good: logins fail with reason 403.
    Permanent,
}

/// The durable state of one account: the phone's keys, the linked devices and what waits
/// for them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Account {
    /// Digits of the international number, without `+`.
    pub(crate) phone: String,
    /// The user part of the account's LID, WhatsApp's number-free id.
    pub(crate) lid: String,
    pub(crate) name: String,
    pub(crate) business: bool,
    /// Whether the phone is on the network. Its companions work either way.
    pub(crate) online: bool,
    pub(crate) identity: Identity,
    pub(crate) keys: PhoneKeys,
    /// The id that the next linked device gets. Ids are never used twice.
    next_device: u16,
    pub(crate) devices: BTreeMap<u16, Device>,
    pub(crate) app_state: AppState,
    pub(crate) ban: Option<Ban>,
    /// Whether linking a device demands the account's passkey.
    pub(crate) passkey: bool,
    /// Whether others know the account by its LID only.
    #[serde(default)]
    pub(crate) hides_number: bool,
    /// Other numbers that lead to the account when somebody is looked up by them.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// What waits for the phone while it is off the network.
    #[serde(default)]
    pub(crate) waiting: Waiting,
    /// The phone's keys in groups.
    #[serde(default)]
    pub(crate) sender_keys: SenderKeys,
}

impl Account {
    /// A new account with a primary device and the app state that a phone writes first.
    pub(crate) fn new(
        phone: String,
        lid: String,
        name: String,
        business: bool,
    ) -> Result<Self, CurveError> {
        let identity = Identity::new();
        Ok(Self {
            keys: PhoneKeys::new(&identity)?,
            app_state: AppState::with_push_name(&name),
            phone,
            lid,
            name,
            business,
            online: true,
            identity,
            next_device: 1,
            devices: BTreeMap::new(),
            ban: None,
            passkey: false,
            hides_number: false,
            aliases: Vec::new(),
            waiting: Waiting::default(),
            sender_keys: SenderKeys::default(),
        })
    }

    /// The account's JID by phone number, without device.
    pub(crate) fn jid(&self) -> Jid {
        Jid::pn(self.phone.as_str())
    }

    /// The JID of one of its devices.
    pub(crate) fn device_jid(&self, device: u16) -> Jid {
        Jid::pn_device(self.phone.as_str(), device)
    }

    /// The LID of one of its devices.
    pub(crate) fn device_lid(&self, device: u16) -> Jid {
        Jid::lid_device(self.lid.as_str(), device)
    }

    /// Changes whenever a device is added or removed.
    pub(crate) fn device_hash(&self) -> String {
        let devices = self.devices.keys().map(|id| self.device_jid(*id).to_string());
        let all: String = std::iter::once(self.jid().to_string()).chain(devices).collect();
        let digest = sha2::Sha256::digest(all.as_bytes());
        format!("2:{}", BASE64_STANDARD.encode(&digest[..6]))
    }

    /// Reserves the id of a device that is being linked.
    pub(crate) fn take_device_id(&mut self) -> u16 {
        let id = self.next_device;
        self.next_device += 1;
        id
    }

    /// Forgets the phone's session with a device, and that it has shared its key there.
    pub(crate) fn forget_session(&mut self, device: u16) {
        self.keys.forget_device(&self.phone, device);
        if let Some(device) = self.devices.get_mut(&device) {
            device.has_app_state_key = false;
        }
    }

    /// Opens what one of the account's devices sent to its phone.
    pub(crate) async fn open(
        &mut self,
        device: u16,
        kind: &str,
        sealed: &[u8],
    ) -> Result<wa::Message, SignalProtocolError> {
        let from = self.device_jid(device).to_protocol_address();
        self.keys.decrypt(&self.identity, &from, kind, sealed).await
    }

    /// The keys with which a session with one of the account's devices begins, using up a
    /// one-time key, and the account's statement about the device; the phone needs none.
    pub(crate) fn hand_out_keys(&mut self, device: u16) -> Option<(DeviceKeys, Vec<u8>)> {
        if device == 0 {
            return Some((self.keys.offer(&self.identity), Vec::new()));
        }
        let target = self.devices.get_mut(&device)?;
        let mut offered = target.keys.clone();
        offered.prekeys = target.keys.prekeys.pop_front().into_iter().collect();
        Some((offered, target.signed_identity.clone()))
    }

    /// All devices of the account, the phone first.
    pub(crate) fn all_devices(&self) -> impl Iterator<Item = u16> {
        std::iter::once(0).chain(self.devices.keys().copied())
    }

    /// Forgets a linked device and its keys. `false` when it was not linked.
    pub(crate) fn remove_device(&mut self, device: u16) -> bool {
        let Some(removed) = self.devices.remove(&device) else {
            return false;
        };
        self.identity.revoke(removed.key_index);
        self.keys.forget_device(&self.phone, device);
        true
    }
}
