//! The names and addresses that a message is shown with.

use std::collections::HashMap;

use siskin_model::notification::Sender;
use siskin_model::{Account, ChatId, Message, Person, View};
use siskin_store::Result;

use crate::instance::Instance;

/// Everybody who has to do with some messages.
pub(crate) struct Names {
    people: HashMap<ChatId, Person>,
    account: Option<Account>,
    own: Option<ChatId>,
    by_lid: bool,
}

impl Instance {
    /// Looks up everybody who has to do with some messages.
    pub(crate) async fn names(&self, messages: &[&Message]) -> Result<Names> {
        let mut people = HashMap::new();
        for message in messages {
            let addresses = [&message.chat, &message.sender].into_iter();
            for address in addresses.chain(message.body.addresses()) {
                if !people.contains_key(address)
                    && let Some(person) = self.person(address).await?
                {
                    people.insert(address.clone(), person);
                }
            }
        }
        Ok(self.names_of(people))
    }

    /// Looks up the ones behind some addresses.
    pub(crate) async fn names_for(&self, addresses: &[&ChatId]) -> Result<Names> {
        let mut people = HashMap::new();
        for address in addresses {
            if let Some(person) = self.person(address).await? {
                people.insert((*address).clone(), person);
            }
        }
        Ok(self.names_of(people))
    }

    fn names_of(&self, people: HashMap<ChatId, Person>) -> Names {
        let account = self.account();
        let own = account.as_ref().map(Account::wid);
        let by_lid = self.settings().enable_lid_mode.is_yes();
        Names { people, account, own, by_lid }
    }

    /// The linked account.
    pub(crate) fn account(&self) -> Option<Account> {
        self.link.borrow().account.clone()
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
    pub(crate) fn sender(&self, message: &Message) -> Sender {
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
    pub(crate) fn draw<T>(&self, instance: &Instance, draw: impl FnOnce(&View<'_>) -> T) -> T {
        let address = |kept: &ChatId| self.shown(kept);
        draw(&View {
            base_url: &instance.around.base_url,
            instance: instance.id(),
            address: &address,
        })
    }
}

fn own_lid(account: &Account) -> Option<ChatId> {
    ChatId::parse(&format!("{}@lid", account.lid.as_ref()?))
}
