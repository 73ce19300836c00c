//! Who is behind an address: kept in the store, remembered here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use siskin_model::text::within;
use siskin_model::{Account, Address, ChatId, ChatKind, Person};
use siskin_store::Result;

use crate::instance::Instance;

/// How many addresses an instance remembers; all are forgotten when there are more.
const REMEMBERED: usize = 1000;

/// The persons and groups that an instance has to do with, by each of their addresses.
/// `None`: the store knows nothing of that one.
#[derive(Default)]
pub(crate) struct PeopleCache(Mutex<HashMap<ChatId, Option<Person>>>);

impl PeopleCache {
    fn table(&self) -> MutexGuard<'_, HashMap<ChatId, Option<Person>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, address: &ChatId) -> Option<Option<Person>> {
        self.table().get(address).cloned()
    }

    fn remember(&self, address: &ChatId, person: Option<Person>) {
        let mut table = self.table();
        if table.len() >= REMEMBERED {
            table.clear();
            table.shrink_to_fit();
        }
        table.insert(address.clone(), person);
    }

    /// Forgets a person under every address, other spellings of the number included.
    fn forget(&self, addresses: &[&ChatId]) {
        let is_it = |address: &ChatId| addresses.contains(&address);
        self.table().retain(|address, person| {
            !is_it(address) && !person.as_ref().is_some_and(|person| is_it(&person.id))
        });
    }
}

impl Instance {
    /// Who is behind an address.
    pub(crate) async fn person(&self, address: &ChatId) -> Result<Option<Person>> {
        if let Some(known) = self.people.get(address) {
            return Ok(known);
        }
        let person = self.around.store.person(self.id(), address).await?;
        self.people.remember(address, person.clone());
        Ok(person)
    }

    /// The address under which a person is kept: by phone number where that is known. What an
    /// address brings that is new is learnt.
    pub(crate) async fn kept_address(&self, address: &Address) -> Result<ChatId> {
        if let Some((lid, phone)) = address.pair() {
            let known = self.person(phone).await?;
            let is_known = |known: &Person| known.id == *phone && known.lid.as_ref() == Some(lid);
            if !known.as_ref().is_some_and(is_known) {
                self.learn(Person {
                    id: phone.clone(),
                    lid: Some(lid.clone()),
                    name: String::new(),
                    contact_name: String::new(),
                })
                .await?;
            }
            return Ok(phone.clone());
        }
        self.kept(&address.id).await
    }

    /// The address under which a bare one is kept: the account's, whatever its number is
    /// spelled like.
    pub(crate) async fn kept(&self, address: &ChatId) -> Result<ChatId> {
        if !matches!(address.kind(), ChatKind::Person | ChatKind::Lid) {
            return Ok(address.clone());
        }
        if let Some(own) = self.account().filter(|own| is_own(own, address)) {
            return Ok(own.wid());
        }
        let person = self.person(address).await?;
        Ok(person.map_or_else(|| address.clone(), |person| person.id))
    }

    /// Learns a name, if it is a new one.
    pub(crate) async fn learn_name(&self, id: &ChatId, name: &str) -> Result<()> {
        let name = within(name, Person::LONGEST_NAME);
        let known = self.person(id).await?;
        if name.is_empty() || known.is_some_and(|person| person.name == name) {
            return Ok(());
        }
        let (id, name) = (id.clone(), name.to_owned());
        self.learn(Person { id, lid: None, name, contact_name: String::new() }).await
    }

    /// Learns that a number leads to an account with another address, under which it is kept.
    pub(super) async fn learn_spelling(&self, number: &ChatId, account: Person) -> Result<ChatId> {
        let (id, lid) = (account.id.clone(), account.lid.clone());
        self.around.store.learn_spelling(self.id(), number, account).await?;
        self.people.forget(&[number, &id].into_iter().chain(&lid).collect::<Vec<_>>());
        self.kept(&id).await
    }

    /// Forgets which numbers lead to an account.
    pub(super) async fn forget_spellings(&self, account: &ChatId) -> Result<()> {
        self.around.store.forget_spellings(self.id(), account).await?;
        self.people.forget(&[account]);
        Ok(())
    }

    async fn learn(&self, person: Person) -> Result<()> {
        self.learn_all(vec![person]).await
    }

    /// Learns what is new of several.
    pub(crate) async fn learn_all(&self, people: Vec<Person>) -> Result<()> {
        let both = |person: &Person| [Some(person.id.clone()), person.lid.clone()];
        let addresses: Vec<ChatId> = people.iter().flat_map(both).flatten().collect();
        self.around.store.learn(self.id(), people).await?;
        self.people.forget(&addresses.iter().collect::<Vec<_>>());
        Ok(())
    }

    /// Takes over the name under which the phone has saved a person.
    pub(crate) async fn save_contact_name(&self, id: &ChatId, name: &str) -> Result<()> {
        let name = within(name, Person::LONGEST_NAME);
        self.around.store.save_contact_name(self.id(), id, name).await?;
        let lid = self.person(id).await?.and_then(|person| person.lid);
        let addresses: Vec<&ChatId> = [Some(id), lid.as_ref()].into_iter().flatten().collect();
        self.people.forget(&addresses);
        Ok(())
    }
}

/// Whether an address is one of the account.
pub(super) fn is_own(account: &Account, address: &ChatId) -> bool {
    match address.is_lid() {
        true => account.lid.as_deref() == Some(address.user()),
        false => account.wid() == *address,
    }
}
