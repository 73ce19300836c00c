//! What people do with the virtual phones: create them, link devices, unlink them, put
//! them on and off the network.

use serde::Serialize;
use siskin_sim_phone::{Client, pairing};
use siskin_sim_server::account::Account;
use siskin_sim_server::devices::{self, DeviceChange};
use siskin_sim_server::error::{Error, Refusal, RefusalKind};
use siskin_sim_server::keys::random_bytes;
use siskin_sim_server::routing::announce_presence;
use siskin_sim_server::{Directory, parse_phone_number};
use wacore_binary::Jid;

use crate::simulator::Simulator;

/// The number of the first default phone; the next ones count up. 555-01xx is reserved
/// for fiction.
const FIRST_NUMBER: u64 = 15_550_100_001;
const NAMES: [&str; 10] =
    ["Ann", "Ben", "Chloe", "Dan", "Eva", "Finn", "Grace", "Hugo", "Ines", "Jack"];
/// Virtual phones per network.
const MAX_PHONES: usize = 10_000;
/// Characters of a phone's name, as WhatsApp limits it.
const MAX_NAME_LEN: usize = 25;
/// Other numbers that lead to one account.
const MAX_ALIASES: usize = 8;
/// LIDs have 15 digits.
const FIRST_LID: u64 = 100_000_000_000_000;

/// A virtual phone as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Phone {
    /// Digits of the number with the country code.
    pub phone: String,
    /// The name others see.
    pub name: String,
    /// The account's number-free id, as a JID.
    pub lid: String,
    /// Whether the phone is on the network.
    pub online: bool,
    /// Whether it is a WhatsApp Business account.
    pub business: bool,
    /// Whether others know it by its LID only.
    pub lid_only: bool,
    /// Other numbers that lead to it when somebody is looked up by them.
    pub aliases: Vec<String>,
    /// The devices linked to it.
    pub linked_devices: Vec<LinkedDevice>,
}

/// A linked device as the phone's menu shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkedDevice {
    /// The device's JID.
    pub jid: String,
    /// The platform it says it runs on.
    pub platform: String,
    /// Whether it has a socket open.
    pub connected: bool,
    /// Whether it last said that its user is there.
    pub available: bool,
}

/// What a new phone is like. Everything has a default.
#[derive(Debug, Clone, Default)]
pub struct NewPhone {
    /// The number; the next free one by default.
    pub phone: Option<String>,
    /// The name, at most 25 characters.
    pub name: Option<String>,
    /// Whether it is a WhatsApp Business account.
    pub business: bool,
    /// Whether others know it by its LID only.
    pub lid_only: bool,
    /// Other numbers that lead to it when somebody is looked up by them, such as one without
    /// Brazil's ninth digit.
    pub aliases: Vec<String>,
}

impl Simulator {
    /// All virtual phones, by number.
    pub async fn phones(&self) -> Vec<Phone> {
        let mut phones = Vec::new();
        for client in self.clients() {
            phones.push(describe(&client).await);
        }
        phones
    }

    /// Makes a virtual phone with an account of its own.
    ///
    /// # Errors
    /// A number that is not one or is taken, a name too long, too many phones.
    pub async fn create_phone(&self, new: NewPhone) -> Result<Phone, Refusal> {
        let directory = &self.server().directory;
        let count = directory.all().len();
        if count >= MAX_PHONES {
            return Err(Refusal::conflict(
                format!("There are {MAX_PHONES} virtual phones already."),
                "Use one of them, or start over with an empty folder.",
            ));
        }
        let asked = new.phone.as_deref().map(parse_phone_number).transpose()?;
        let name = new.name.unwrap_or_else(|| default_name(count));
        if name.trim().is_empty() || name.chars().count() > MAX_NAME_LEN {
            return Err(Refusal::invalid(
                "The name is empty or too long.",
                format!("Give 1 to {MAX_NAME_LEN} characters."),
            ));
        }
        let aliases = aliases(&new.aliases)?;
        loop {
            let number = asked.clone().unwrap_or_else(|| next_number(directory));
            if aliases.iter().any(|alias| *alias == number || directory.look_up(alias).is_some()) {
                return Err(Refusal::conflict(
                    "An alias is the number of a virtual phone already.",
                    "Choose other numbers.",
                ));
            }
            let mut account =
                Account::new(number.clone(), new_lid(directory), name.clone(), new.business);
            account.hides_number = new.lid_only;
            account.aliases.clone_from(&aliases);
            if let Some(client) = add(self, account).await? {
                return Ok(describe(&client).await);
            }
            // Without a number of the caller's, another call was quicker: take the next.
            if asked.is_some() {
                return Err(Refusal::conflict(
                    format!("There is a virtual phone {number} already."),
                    "Use it, or choose another number.",
                ));
            }
        }
    }

    /// A phone scans the text inside a QR image, with or without the link in front of it.
    /// Gives the JID of the new device.
    ///
    /// # Errors
    /// An unknown or offline phone, a code that is stale, used or not one, too many linked
    /// devices.
    pub async fn scan(&self, phone: &str, qr: &str) -> Result<String, Refusal> {
        pairing::scan(&self.client(phone)?, qr).await
    }

    /// The owner types a pairing code into a phone. Gives the JID of the new device.
    ///
    /// # Errors
    /// As [`Simulator::scan`]; also a wrong code, and a device that does not answer within
    /// 60 seconds.
    pub async fn enter_pairing_code(&self, phone: &str, code: &str) -> Result<String, Refusal> {
        pairing::enter(&self.client(phone)?, code).await
    }

    /// The owner removes one linked device, or all. Gives how many were removed.
    ///
    /// # Errors
    /// An unknown phone, or a JID that is not one of its linked devices.
    pub async fn unlink(&self, phone: &str, jid: Option<&str>) -> Result<usize, Refusal> {
        let Client { server, account: cell, .. } = self.client(phone)?;
        let mut account = cell.lock().await;
        let removed: Vec<u16> = match jid {
            None => account.devices.keys().copied().collect(),
            Some(jid) => vec![linked_device(&account, jid)?],
        };
        for device in &removed {
            devices::remove(&cell, &mut account, *device).await?;
        }
        drop(account);
        for device in &removed {
            let change = DeviceChange::Removed;
            devices::tell_contacts(&server.directory, &cell, *device, change).await?;
        }
        Ok(removed.len())
    }

    /// Puts a phone on or off the network. Its linked devices stay connected.
    ///
    /// # Errors
    /// An unknown phone.
    pub async fn set_online(&self, phone: &str, online: bool) -> Result<(), Refusal> {
        let Client { server, account, .. } = self.client(phone)?;
        account.set_online(online).await;
        announce_presence(&server.directory, &account).await;
        Ok(())
    }
}

/// Makes default phones until there are `count`.
pub(crate) async fn create_default(simulator: &Simulator, count: usize) -> Result<(), Error> {
    let directory = &simulator.server().directory;
    for index in directory.all().len()..count.min(MAX_PHONES) {
        let (number, lid) = (next_number(directory), new_lid(directory));
        add(simulator, Account::new(number, lid, default_name(index), false)).await?;
    }
    Ok(())
}

/// Adds a phone for an account. `None` when the number is taken.
async fn add(simulator: &Simulator, mut account: Account) -> Result<Option<Client>, Error> {
    let phone = siskin_sim_phone::Phone::new(simulator.server(), &mut account)?;
    let Some(client) = simulator.insert(phone, account) else {
        return Ok(None);
    };
    client.account.save(&*client.account.lock().await).await?;
    Ok(Some(client))
}

fn next_number(directory: &Directory) -> String {
    let mut number = FIRST_NUMBER;
    while directory.look_up(&number.to_string()).is_some() {
        number += 1;
    }
    number.to_string()
}

fn new_lid(directory: &Directory) -> String {
    loop {
        let random = u64::from_be_bytes(random_bytes()) % (9 * FIRST_LID);
        let lid = (FIRST_LID + random).to_string();
        if directory.account_of(&Jid::lid(lid.as_str())).is_none() {
            return lid;
        }
    }
}

fn aliases(texts: &[String]) -> Result<Vec<String>, Refusal> {
    if texts.len() > MAX_ALIASES {
        return Err(Refusal::invalid(
            "These are too many aliases.",
            format!("Give {MAX_ALIASES} at most."),
        ));
    }
    texts.iter().map(|text| parse_phone_number(text)).collect()
}

fn default_name(index: usize) -> String {
    NAMES.get(index).map_or_else(|| format!("Phone {}", index + 1), |name| (*name).to_owned())
}

fn linked_device(account: &Account, jid: &str) -> Result<u16, Refusal> {
    jid.parse::<Jid>()
        .ok()
        .filter(|jid| jid.user == account.phone.as_str())
        .map(|jid| jid.device)
        .filter(|device| account.devices.contains_key(device))
        .ok_or_else(|| {
            Refusal::new(
                RefusalKind::NotFound,
                format!("{jid:?} is not a device linked to {}.", account.phone),
                "Take a jid from linkedDevices in GET /sandbox/phones, or leave it out.",
            )
        })
}

async fn describe(client: &Client) -> Phone {
    let cell = &client.account;
    let account = cell.lock().await;
    let linked_devices = account.devices.values().map(|device| LinkedDevice {
        jid: account.device_jid(device.id).to_string(),
        platform: device.platform.clone(),
        connected: cell.socket(device.id).is_some(),
        available: cell.socket(device.id).is_some_and(|socket| socket.available),
    });
    Phone {
        phone: account.phone.clone(),
        name: account.name.clone(),
        lid: Jid::lid(account.lid.as_str()).to_string(),
        online: account.online,
        business: account.business,
        lid_only: account.hides_number,
        aliases: account.aliases.clone(),
        linked_devices: linked_devices.collect(),
    }
}
