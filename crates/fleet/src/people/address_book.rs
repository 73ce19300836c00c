//! The names and addresses that a message is shown with.

use std::collections::HashMap;
use std::sync::Arc;

use siskin_green_api::{Sender, Settings, View};
use siskin_model::{Account, ChatId, InstanceId, Message, Person};
use siskin_store::Result;
use tokio::sync::watch;

use super::People;

/// Looks up by which names and addresses people are shown to the instance's owner.
pub(crate) struct AddressBook {
    id: InstanceId,
    people: Arc<People>,
    settings: watch::Receiver<Arc<Settings>>,
    base_url: Arc<str>,
}

/// Everybody who has to do with some messages or calls: by which names and addresses they are
/// shown to the instance's owner.
pub struct Names {
    id: InstanceId,
    base_url: Arc<str>,
    people: HashMap<ChatId, Person>,
    account: Option<Account>,
    own: Option<ChatId>,
    by_lid: bool,
}

impl AddressBook {
    /// `base_url` is the address of the gateway, without a slash at its end.
    pub(crate) fn new(
        id: InstanceId,
        people: &Arc<People>,
        settings: &watch::Receiver<Arc<Settings>>,
        base_url: &Arc<str>,
    ) -> Self {
        Self { id, people: people.clone(), settings: settings.clone(), base_url: base_url.clone() }
    }

    /// Everybody who has to do with some messages.
    pub(crate) async fn names_in(&self, messages: &[&Message]) -> Result<Names> {
        let addresses = messages.iter().flat_map(|message| {
            [&message.chat, &message.sender].into_iter().chain(message.body.addresses())
        });
        self.names_of(&addresses.collect::<Vec<_>>()).await
    }

    /// The ones behind some addresses.
    pub(crate) async fn names_of(&self, addresses: &[&ChatId]) -> Result<Names> {
        let mut people = HashMap::new();
        for address in addresses.iter().copied() {
            if !people.contains_key(address)
                && let Some(person) = self.people.person(address).await?
            {
                people.insert(address.clone(), person);
            }
        }
        let account = self.people.account();
        let own = account.as_ref().map(Account::wid);
        let by_lid = self.settings.borrow().enable_lid_mode.is_yes();
        Ok(Names { id: self.id, base_url: self.base_url.clone(), people, account, own, by_lid })
    }
}

impl Names {
    /// The linked account.
    pub(crate) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// The address to show for a kept one.
    pub(crate) fn shown(&self, kept: &ChatId) -> ChatId {
        if !self.by_lid {
            return kept.clone();
        }
        if self.own.as_ref() == Some(kept)
            && let Some(lid) = self.account.as_ref().and_then(own_lid)
        {
            return lid;
        }
        let lid = self.people.get(kept).and_then(|person| person.lid.clone());
        lid.unwrap_or_else(|| kept.clone())
    }

    /// The names to show beside a message.
    pub fn sender(&self, message: &Message) -> Sender {
        let chat_name = self.chat_name(&message.chat);
        if message.direction.is_outgoing() {
            let own = self.account.as_ref().map(|account| account.push_name.clone());
            let own = own.unwrap_or_default();
            return Sender { chat_name, name: own.clone(), contact_name: own };
        }
        let person = self.people.get(&message.sender);
        let name = match person {
            _ if !message.sender_name.is_empty() => message.sender_name.clone(),
            Some(person) => person.name.clone(),
            None => String::new(),
        };
        let contact_name = person.map(|person| person.contact_name.clone()).unwrap_or_default();
        Sender { chat_name, name, contact_name }
    }

    /// A chat's name: the subject of a group; what a person chose, else how they are saved,
    /// else their number.
    fn chat_name(&self, chat: &ChatId) -> String {
        if self.own.as_ref() == Some(chat) {
            return self.account.as_ref().map(|own| own.push_name.clone()).unwrap_or_default();
        }
        let person = self.people.get(chat);
        let named = person.and_then(|person| {
            [&person.name, &person.contact_name].into_iter().find(|name| !name.is_empty())
        });
        match named {
            Some(name) => name.clone(),
            None if chat.is_group() => String::new(),
            None => chat.user().to_owned(),
        }
    }

    /// Draws something with the addresses to show.
    pub fn draw<T>(&self, draw: impl FnOnce(&View<'_>) -> T) -> T {
        let address = |kept: &ChatId| self.shown(kept);
        draw(&View { base_url: &self.base_url, instance: self.id, address: &address })
    }
}

fn own_lid(account: &Account) -> Option<ChatId> {
    ChatId::parse(&format!("{}@lid", account.lid.as_ref()?))
}
