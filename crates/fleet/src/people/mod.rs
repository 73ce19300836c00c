//! Who is behind an address: kept in the store, remembered here.

mod accounts;
mod address_book;
mod cache;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use siskin_model::text::within;
use siskin_model::{Account, Address, ChatId, ChatKind, InstanceId, Link, Person};
use siskin_store::{Result, Store};
use tokio::sync::watch;

pub(crate) use self::accounts::Accounts;
pub(crate) use self::address_book::AddressBook;
pub use self::address_book::Names;
use self::cache::Cache;

/// The persons and groups that an instance has to do with, as far as they are known here.
pub(crate) struct People {
    id: InstanceId,
    store: Arc<dyn Store>,
    /// Tells which account is linked.
    link: watch::Receiver<Link>,
    cache: Cache,
    /// How often something was learnt.
    learnt: AtomicU64,
}

impl People {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        link: &watch::Receiver<Link>,
    ) -> Self {
        let (cache, learnt) = (Cache::default(), AtomicU64::new(0));
        Self { id, store: store.clone(), link: link.clone(), cache, learnt }
    }

    /// The linked account.
    pub(crate) fn account(&self) -> Option<Account> {
        self.link.borrow().account.clone()
    }

    /// Whether an address is one of the linked account.
    pub(crate) fn is_own(&self, address: &ChatId) -> bool {
        self.account().is_some_and(|own| is_own(&own, address))
    }

    /// Who is behind an address.
    pub(crate) async fn person(&self, address: &ChatId) -> Result<Option<Person>> {
        if let Some(known) = self.cache.get(address) {
            return Ok(known);
        }
        let person = self.store.person(self.id, address).await?;
        self.cache.remember(address, person.clone());
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
    pub(crate) async fn learn_spelling(&self, number: &ChatId, account: Person) -> Result<ChatId> {
        let (id, lid) = (account.id.clone(), account.lid.clone());
        self.store.learn_spelling(self.id, number, account).await?;
        self.forget(&[number, &id].into_iter().chain(&lid).collect::<Vec<_>>());
        self.kept(&id).await
    }

    /// Forgets which numbers lead to an account.
    pub(crate) async fn forget_spellings(&self, account: &ChatId) -> Result<()> {
        self.store.forget_spellings(self.id, account).await?;
        self.forget(&[account]);
        Ok(())
    }

    async fn learn(&self, person: Person) -> Result<()> {
        self.learn_all(vec![person]).await
    }

    /// Learns what is new of several.
    pub(crate) async fn learn_all(&self, people: Vec<Person>) -> Result<()> {
        let both = |person: &Person| [Some(person.id.clone()), person.lid.clone()];
        let addresses: Vec<ChatId> = people.iter().flat_map(both).flatten().collect();
        self.store.learn(self.id, people).await?;
        self.forget(&addresses.iter().collect::<Vec<_>>());
        Ok(())
    }

    /// Takes over the name under which the phone has saved a person.
    pub(crate) async fn save_contact_name(&self, id: &ChatId, name: &str) -> Result<()> {
        let name = within(name, Person::LONGEST_NAME);
        self.store.save_contact_name(self.id, id, name).await?;
        let lid = self.person(id).await?.and_then(|person| person.lid);
        let addresses: Vec<&ChatId> = [Some(id), lid.as_ref()].into_iter().flatten().collect();
        self.forget(&addresses);
        Ok(())
    }

    /// The store knows more of these than what is remembered.
    fn forget(&self, addresses: &[&ChatId]) {
        self.cache.forget(addresses);
        self.learnt.fetch_add(1, Ordering::SeqCst);
    }

    /// How often something was learnt: chats may have become one since it was less.
    pub(crate) fn learnt(&self) -> u64 {
        self.learnt.load(Ordering::SeqCst)
    }
}

fn is_own(account: &Account, address: &ChatId) -> bool {
    match address.is_lid() {
        true => account.lid.as_deref() == Some(address.user()),
        false => account.wid() == *address,
    }
}
