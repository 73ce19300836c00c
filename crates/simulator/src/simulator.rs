//! The network: a server, and phones with accounts on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;
use siskin_sim_phone::{Client, Phone};
use siskin_sim_server::account::{Account, AccountCell};
use siskin_sim_server::error::Refusal;
use siskin_sim_server::storage::FolderLock;
use siskin_sim_server::{Server, parse_phone_number};

/// A simulated WhatsApp network: a server, and virtual phones with accounts.
pub struct Simulator {
    server: Arc<Server>,
    /// By number. Each is the primary device of an account in the server's directory.
    phones: RwLock<BTreeMap<String, Arc<Phone>>>,
    /// Nobody else uses the data folder until the last change is written.
    _lock: Option<FolderLock>,
}

impl Simulator {
    /// A network without phones.
    pub(crate) fn without_phones(server: Arc<Server>, lock: Option<FolderLock>) -> Self {
        Self { server, phones: RwLock::default(), _lock: lock }
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
        self.server.counters.unknown_stanzas()
    }

    pub(crate) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Adds a phone and its account. `None` when the number, an alias of it or the LID is taken.
    pub(crate) fn insert(&self, phone: Arc<Phone>, account: Account) -> Option<Client> {
        let mut phones = self.phones.write();
        let account = self.server.directory.insert(AccountCell::new(account, phone.clone()))?;
        phones.insert(account.phone.clone(), phone.clone());
        Some(Client { server: self.server.clone(), account, phone })
    }

    /// The phone with a number.
    pub(crate) fn client(&self, number: &str) -> Result<Client, Refusal> {
        let number = parse_phone_number(number)?;
        let phone = self.phones.read().get(&number).cloned();
        phone.and_then(Client::of).ok_or_else(|| Refusal::unknown_phone(&number))
    }

    /// All phones, by number.
    pub(crate) fn clients(&self) -> Vec<Client> {
        let phones: Vec<Arc<Phone>> = self.phones.read().values().cloned().collect();
        phones.into_iter().filter_map(Client::of).collect()
    }
}
