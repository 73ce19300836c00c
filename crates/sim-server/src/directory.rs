//! Who is on the network, and by which names.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;
use wacore_binary::{Jid, JidExt as _};

use crate::account::AccountCell;

/// All accounts.
#[derive(Default)]
pub struct Directory(RwLock<Accounts>);

#[derive(Default)]
struct Accounts {
    by_phone: BTreeMap<String, Arc<AccountCell>>,
    phone_by_lid: BTreeMap<String, String>,
    phone_by_alias: BTreeMap<String, String>,
}

impl Directory {
    /// The account of a phone number.
    pub fn account(&self, phone: &str) -> Option<Arc<AccountCell>> {
        self.0.read().by_phone.get(phone).cloned()
    }

    /// The account that a number leads to when somebody is looked up by it: that of the
    /// number, or the one that has it as an alias. As an address, an alias is nobody's.
    pub fn look_up(&self, number: &str) -> Option<Arc<AccountCell>> {
        let accounts = self.0.read();
        let phone = accounts.phone_by_alias.get(number).map_or(number, String::as_str);
        accounts.by_phone.get(phone).cloned()
    }

    /// The account that a JID names, by number or LID.
    pub fn account_of(&self, jid: &Jid) -> Option<Arc<AccountCell>> {
        let accounts = self.0.read();
        let user = jid.user.as_str();
        let phone = match jid.is_lid() {
            true => accounts.phone_by_lid.get(user)?.as_str(),
            false => user,
        };
        accounts.by_phone.get(phone).cloned()
    }

    /// The account that phones show as `15550100001@c.us` or by its LID.
    pub fn account_by_chat_id(&self, id: &str) -> Option<Arc<AccountCell>> {
        let (user, server) = id.split_once('@')?;
        let jid = match server {
            "lid" => Jid::lid(user),
            _ => Jid::pn(user),
        };
        self.account_of(&jid)
    }

    /// How phones show the chat that a JID names: a person by number, a group by its id.
    pub fn chat_id(&self, jid: &Jid) -> Option<String> {
        match jid.is_group() || jid.is_status_broadcast() {
            true => Some(jid.to_non_ad().to_string()),
            false => self.account_of(jid).map(|cell| cell.chat_id()),
        }
    }

    /// All accounts, by phone number.
    pub fn all(&self) -> Vec<Arc<AccountCell>> {
        self.0.read().by_phone.values().cloned().collect()
    }

    /// Adds an account. `None` when its number, an alias of it or its LID is taken.
    pub fn insert(&self, cell: AccountCell) -> Option<Arc<AccountCell>> {
        let mut accounts = self.0.write();
        let is_taken = |number: &String| {
            accounts.by_phone.contains_key(number) || accounts.phone_by_alias.contains_key(number)
        };
        if std::iter::once(&cell.phone).chain(&cell.aliases).any(is_taken)
            || accounts.phone_by_lid.contains_key(&cell.lid)
        {
            return None;
        }
        let cell = Arc::new(cell);
        accounts.phone_by_lid.insert(cell.lid.clone(), cell.phone.clone());
        for alias in &cell.aliases {
            accounts.phone_by_alias.insert(alias.clone(), cell.phone.clone());
        }
        accounts.by_phone.insert(cell.phone.clone(), cell.clone());
        Some(cell)
    }
}
