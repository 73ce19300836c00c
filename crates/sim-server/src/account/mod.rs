//! Accounts: what WhatsApp's server knows about one phone number.
//!
//! An [`Account`] is what is written to the data folder. An [`AccountCell`] is the account
//! while the network runs: its lock, the sockets of its devices, and its phone.

mod app_state;
mod cell;
mod device;
mod primary;
mod subscribers;

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use wacore_binary::Jid;

pub use app_state::{AppState, PatchRefused};
pub use cell::{AccountCell, Socket};
pub use device::{Device, DeviceKeys, PreKey, SignedPreKey, Waiting};
pub use primary::PrimaryDevice;
pub(crate) use subscribers::Subscribers;

use crate::error::Refusal;

/// A WhatsApp account has at most this many linked devices.
pub const MAX_LINKED_DEVICES: usize = 4;

/// A device of the network: the number of its account, and its own.
pub type DeviceId = (String, u16);

/// How WhatsApp has locked an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ban {
    /// For a time: logins fail with reason 402, a code and a number of seconds.
    Temporary,
    /// For good: logins fail with reason 403.
    Permanent,
}

/// The durable state of one account: its linked devices and what waits for them.
#[derive(Serialize, Deserialize)]
pub struct Account {
    /// Digits of the international number, without `+`.
    pub phone: String,
    /// The user part of the account's LID, WhatsApp's number-free id.
    pub lid: String,
    /// The name that its owner goes by.
    pub name: String,
    /// Whether it is a WhatsApp Business account.
    pub business: bool,
    /// Whether the phone is on the network. Its companions work either way.
    pub online: bool,
    /// The id that the next linked device gets. Ids are never used twice.
    next_device: u16,
    /// Its linked devices, by id.
    pub devices: BTreeMap<u16, Device>,
    /// The settings that its devices share.
    pub app_state: AppState,
    /// How WhatsApp has locked it, if it has.
    pub ban: Option<Ban>,
    /// Whether linking a device demands the account's passkey.
    pub passkey: bool,
    /// Whether others know the account by its LID only.
    #[serde(default)]
    pub hides_number: bool,
    /// Other numbers that lead to the account when somebody is looked up by them.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What waits for the phone while it is off the network.
    #[serde(default)]
    pub(crate) waiting: Waiting,
}

impl Account {
    /// A new account without linked devices.
    pub fn new(phone: String, lid: String, name: String, business: bool) -> Self {
        Self {
            phone,
            lid,
            name,
            business,
            online: true,
            next_device: 1,
            devices: BTreeMap::new(),
            app_state: AppState::default(),
            ban: None,
            passkey: false,
            hides_number: false,
            aliases: Vec::new(),
            waiting: Waiting::default(),
        }
    }

    /// The account's JID by phone number, without device.
    pub fn jid(&self) -> Jid {
        Jid::pn(self.phone.as_str())
    }

    /// The JID of one of its devices.
    pub fn device_jid(&self, device: u16) -> Jid {
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
    pub fn take_device_id(&mut self) -> u16 {
        let id = self.next_device;
        self.next_device += 1;
        id
    }

    /// All devices of the account, the phone first.
    pub fn all_devices(&self) -> impl Iterator<Item = u16> {
        std::iter::once(0).chain(self.devices.keys().copied())
    }

    /// Refuses what only a phone on the network can do.
    ///
    /// # Errors
    /// When the account is banned, or its phone off the network.
    pub fn require_online(&self) -> Result<(), Refusal> {
        if self.ban.is_some() {
            return Err(Refusal::conflict(
                format!("The account {} is banned.", self.phone),
                "Lift the ban with POST /sandbox/faults {\"phone\":…,\"ban\":null}.",
            ));
        }
        if self.online {
            return Ok(());
        }
        Err(Refusal::conflict(
            format!("The phone {} is offline.", self.phone),
            "Put it on the network with POST /sandbox/phones/{phone}/online {\"online\":true}.",
        ))
    }
}
