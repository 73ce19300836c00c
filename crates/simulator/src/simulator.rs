//! The network: its accounts and what is shared by all connections.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use wacore_binary::Jid;

use crate::account::{Account, AccountCell};
use crate::conditions::Conditions;
use crate::counters::Counters;
use crate::error::Error;
use crate::flush;
use crate::groups::{Group, Groups};
use crate::media::MediaStore;
use crate::noise::ServerIdentity;
use crate::pairing::{Codes, Registrations};
use crate::phone::Chats;
use crate::routing::Calls;
use crate::storage::Storage;

/// How to start a [`Simulator`].
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The folder that keeps the network across restarts. `None` keeps it in memory.
    pub data_dir: Option<PathBuf>,
    /// How many virtual phones there are at least. Phones of an earlier run stay.
    pub phones: usize,
}

/// A simulated WhatsApp network: a server, and virtual phones with accounts.
pub struct Simulator {
    server: ServerIdentity,
    storage: Storage,
    accounts: RwLock<Accounts>,
    registrations: Registrations,
    codes: Codes,
    conditions: Conditions,
    counters: Counters,
    media: MediaStore,
    groups: Groups,
    calls: Calls,
}

#[derive(Default)]
struct Accounts {
    by_phone: BTreeMap<String, Arc<AccountCell>>,
    phone_by_lid: BTreeMap<String, String>,
    phone_by_alias: BTreeMap<String, String>,
}

impl Simulator {
    /// Loads or makes a network. Nothing listens yet: see [`Simulator::serve`] and
    /// [`crate::phone_api`].
    ///
    /// # Errors
    /// When the data folder cannot be used, is in use, or holds what this version cannot
    /// read.
    pub async fn start(config: Config) -> Result<Arc<Self>, Error> {
        let storage = Storage::open(config.data_dir.as_deref())?;
        let server = storage.load_or_create_server()?;
        let simulator = Self {
            media: MediaStore::open(config.data_dir.as_deref(), &server)?,
            groups: Groups::with(storage.load_groups()?),
            server,
            accounts: RwLock::default(),
            registrations: Registrations::default(),
            codes: Codes::default(),
            conditions: Conditions::default(),
            counters: Counters::default(),
            calls: Calls::default(),
            storage,
        };
        for account in simulator.storage.load_accounts()? {
            let chats = Chats::load(simulator.storage.journal(&account.phone))?;
            simulator.insert_account(account, chats);
        }
        simulator.create_default_phones(config.phones).await?;
        let simulator = Arc::new(simulator);
        if config.data_dir.is_some() {
            flush::in_background(&simulator);
        }
        Ok(simulator)
    }

    /// The public key that signs the server's certificates: what a client that checks them
    /// must trust.
    #[must_use]
    pub fn root_public_key(&self) -> [u8; 32] {
        self.server.root_public_key()
    }

    /// What clients sent that has no handler, by kind, with counts.
    #[must_use]
    pub fn unknown_stanzas(&self) -> BTreeMap<String, u64> {
        self.counters.unknown_stanzas()
    }

    pub(crate) fn server(&self) -> &ServerIdentity {
        &self.server
    }

    pub(crate) fn registrations(&self) -> &Registrations {
        &self.registrations
    }

    pub(crate) fn codes(&self) -> &Codes {
        &self.codes
    }

    pub(crate) fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    pub(crate) fn media(&self) -> &MediaStore {
        &self.media
    }

    pub(crate) fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Writes a group, so that it survives this process.
    pub(crate) fn store_group(&self, group: &Group) -> Result<(), Error> {
        self.storage.save_group(group)
    }

    /// Removes the file of a group.
    pub(crate) fn forget_group(&self, id: &str) -> Result<(), Error> {
        self.storage.remove_group(id)
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The chats of a phone that has none yet.
    pub(crate) fn new_chats(&self, phone: &str) -> Chats {
        Chats::new(self.storage.journal(phone))
    }

    /// Writes an account so that it survives this process.
    pub(crate) fn save_cheaply(&self, account: &Account) -> Result<(), Error> {
        self.storage.save_cheaply(account)
    }

    /// Writes an account; on return it is on disk.
    pub(crate) async fn save(&self, account: &Account) -> Result<(), Error> {
        self.storage.save(account).await
    }

    /// The account of a phone number.
    pub(crate) fn account(&self, phone: &str) -> Option<Arc<AccountCell>> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.by_phone.get(phone).cloned()
    }

    /// The account that a number leads to when somebody is looked up by it: that of the
    /// number, or the one that has it as an alias. As an address, an alias is nobody's.
    pub(crate) fn look_up(&self, number: &str) -> Option<Arc<AccountCell>> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        let phone = accounts.phone_by_alias.get(number).map_or(number, String::as_str);
        accounts.by_phone.get(phone).cloned()
    }

    /// The account that a JID names, by number or LID.
    pub(crate) fn account_of(&self, jid: &Jid) -> Option<Arc<AccountCell>> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        let user = jid.user.as_str();
        let phone = match jid.is_lid() {
            true => accounts.phone_by_lid.get(user)?.as_str(),
            false => user,
        };
        accounts.by_phone.get(phone).cloned()
    }

    /// All accounts, by phone number.
    pub(crate) fn all_accounts(&self) -> Vec<Arc<AccountCell>> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.by_phone.values().cloned().collect()
    }

    /// Adds an account. `None` when its number, an alias of it or its LID is taken.
    pub(crate) fn insert_account(
        &self,
        account: Account,
        chats: Chats,
    ) -> Option<Arc<AccountCell>> {
        let mut accounts = self.accounts.write().unwrap_or_else(PoisonError::into_inner);
        let is_taken = |number: &String| {
            accounts.by_phone.contains_key(number) || accounts.phone_by_alias.contains_key(number)
        };
        if std::iter::once(&account.phone).chain(&account.aliases).any(is_taken)
            || accounts.phone_by_lid.contains_key(&account.lid)
        {
            return None;
        }
        let cell = Arc::new(AccountCell::new(account, chats));
        accounts.phone_by_lid.insert(cell.lid.clone(), cell.phone.clone());
        for alias in &cell.aliases {
            accounts.phone_by_alias.insert(alias.clone(), cell.phone.clone());
        }
        accounts.by_phone.insert(cell.phone.clone(), cell.clone());
        Some(cell)
    }
}
