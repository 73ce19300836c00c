//! What persons and groups are called on the page.

use std::collections::HashMap;

use siskin_fleet::Fleet;
use siskin_model::{ChatId, ChatKind, InstanceId, Link, Person};

use crate::texts::Texts;
use crate::words::line;

/// The names that one rendering needs; each is looked up once.
pub(super) struct Names<'a> {
    fleet: &'a Fleet,
    instance: InstanceId,
    t: Texts,
    own: Option<ChatId>,
    known: HashMap<ChatId, Option<Person>>,
}

impl<'a> Names<'a> {
    pub fn new(fleet: &'a Fleet, instance: InstanceId, t: Texts, link: &Link) -> Self {
        let own = link.account.as_ref().map(siskin_model::Account::wid);
        Self { fleet, instance, t, own, known: HashMap::new() }
    }

    /// The instance whose names they are.
    pub fn instance(&self) -> InstanceId {
        self.instance
    }

    /// Who is behind an address, as far as the store knows.
    pub async fn person(&mut self, address: &ChatId) -> Option<Person> {
        if let Some(known) = self.known.get(address) {
            return known.clone();
        }
        let person = self.fleet.store().person(self.instance, address).await;
        let person = person.unwrap_or_else(|error| {
            tracing::error!(instance = %self.instance, %error, "a name cannot be read");
            None
        });
        self.known.insert(address.clone(), person.clone());
        person
    }

    /// What to call a person or a group: as the phone has saved them, as they call
    /// themselves, by their number.
    pub async fn name(&mut self, address: &ChatId) -> String {
        if self.own.as_ref() == Some(address) {
            return self.t.say("chat.you").to_owned();
        }
        let person = self.person(address).await;
        let names = person.map(|person| [person.contact_name, person.name]);
        let name = names.into_iter().flatten().map(|name| line(&name)).find(|n| !n.is_empty());
        name.unwrap_or_else(|| match address.kind() {
            ChatKind::Person => format!("+{}", address.user()),
            ChatKind::Lid => address.to_string(),
            ChatKind::Group => self.t.say("chat.group").to_owned(),
            ChatKind::Status => self.t.say("chat.status").to_owned(),
        })
    }
}
