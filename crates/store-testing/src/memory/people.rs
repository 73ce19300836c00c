use async_trait::async_trait;
use siskin_model::message::Command;
use siskin_model::{ChatId, InstanceId, Person};

use super::journal::same_key;
use super::{Kept, MemoryStore};
use siskin_store::{People, Result};

#[async_trait]
impl People for MemoryStore {
    async fn learn(&self, id: InstanceId, people: Vec<Person>) -> Result<()> {
        self.room()?;
        self.with(id, |kept| {
            for person in people {
                kept.learn(person);
            }
        });
        Ok(())
    }

    async fn learn_spelling(&self, id: InstanceId, number: &ChatId, account: Person) -> Result<()> {
        self.with(id, |kept| {
            let address = account.id.clone();
            kept.learn(account);
            kept.join_spelling(number, &address);
        });
        Ok(())
    }

    async fn forget_spellings(&self, id: InstanceId, account: &ChatId) -> Result<()> {
        self.with(id, |kept| kept.spellings.retain(|(_, known)| known != account));
        Ok(())
    }

    async fn save_contact_name(&self, id: InstanceId, person: &ChatId, name: &str) -> Result<()> {
        self.room()?;
        self.with(id, |kept| match kept.find(person) {
            Some(known) => name.clone_into(&mut known.contact_name),
            None if name.is_empty() => {}
            None => kept.people.push(Person {
                id: person.clone(),
                lid: None,
                name: String::new(),
                contact_name: name.to_owned(),
            }),
        });
        Ok(())
    }

    async fn person(&self, id: InstanceId, address: &ChatId) -> Result<Option<Person>> {
        Ok(self.with(id, |kept| kept.lookup(address).cloned()).flatten())
    }
}

impl Kept {
    fn find(&mut self, address: &ChatId) -> Option<&mut Person> {
        self.people
            .iter_mut()
            .find(|person| person.id == *address || person.lid.as_ref() == Some(address))
    }

    fn lookup(&mut self, address: &ChatId) -> Option<&Person> {
        let led = self.spellings.iter().find(|(number, _)| number == address);
        let led = led.map(|(_, account)| account.clone());
        let address = if self.find(address).is_some() { address } else { led.as_ref()? };
        self.find(address).map(|person| &*person)
    }

    fn learn(&mut self, new: Person) {
        let lid = new.lid.filter(|lid| lid.is_lid() && !new.id.is_lid());
        if let Some(lid) = &lid {
            self.join(&new.id, lid);
        }
        let Some(known) = self.find(&new.id) else {
            self.people.push(Person { lid, ..new });
            return;
        };
        if !new.name.is_empty() {
            known.name = new.name;
        }
        if !new.contact_name.is_empty() {
            known.contact_name = new.contact_name;
        }
    }

    /// The LID and the number are the same person's: nothing stays under the LID.
    fn join(&mut self, phone: &ChatId, lid: &ChatId) {
        let at = self.people.iter().position(|person| person.id == *lid);
        let hidden = at.map(|at| self.people.remove(at));
        // The person has another number now; what was under the old one stays there.
        for person in self.people.iter_mut().filter(|person| person.lid.as_ref() == Some(lid)) {
            person.lid = None;
        }
        let (name, contact_name) =
            hidden.map(|person| (person.name, person.contact_name)).unwrap_or_default();
        match self.people.iter_mut().find(|person| person.id == *phone) {
            Some(known) => {
                known.lid = Some(lid.clone());
                if known.name.is_empty() {
                    known.name = name;
                }
                if known.contact_name.is_empty() {
                    known.contact_name = contact_name;
                }
            }
            None => {
                let (id, lid) = (phone.clone(), Some(lid.clone()));
                self.people.push(Person { id, lid, name, contact_name });
            }
        }
        self.respell(phone, lid);
        self.move_messages(phone, lid);
        self.move_the_rest(phone, lid);
        self.move_calls(phone, lid);
    }

    fn join_spelling(&mut self, number: &ChatId, account: &ChatId) {
        if number == account {
            return;
        }
        let at = self.people.iter().position(|person| person.id == *number);
        let other = at.map(|at| self.people.remove(at));
        let known = self.people.iter_mut().find(|person| person.id == *account);
        if let (Some(known), Some(other)) = (known, other) {
            if known.name.is_empty() {
                known.name = other.name;
            }
            if known.contact_name.is_empty() {
                known.contact_name = other.contact_name;
            }
        }
        self.respell(account, number);
        self.spellings.push((number.clone(), account.clone()));
        self.move_messages(account, number);
        self.move_the_rest(account, number);
    }

    /// What led to `former` leads to `account`, which is one and leads to no other.
    fn respell(&mut self, account: &ChatId, former: &ChatId) {
        self.spellings.retain(|(number, _)| number != account && number != former);
        for (_, known) in &mut self.spellings {
            if known == former {
                account.clone_into(known);
            }
        }
    }

    fn move_messages(&mut self, phone: &ChatId, lid: &ChatId) {
        let change = |id: &ChatId| if id == lid { phone.clone() } else { id.clone() };
        let mut at = 0;
        while at < self.messages.len() {
            let message = &self.messages[at];
            if message.chat != *lid && message.sender != *lid {
                at += 1;
                continue;
            }
            let mut moved = message.clone();
            (moved.chat, moved.sender) = (change(&moved.chat), change(&moved.sender));
            moved.body.map_addresses(&change);
            if self.messages.iter().any(|known| same_key(known, &moved)) {
                self.messages.remove(at);
            } else {
                self.messages[at] = moved;
                at += 1;
            }
        }
    }

    fn move_the_rest(&mut self, phone: &ChatId, lid: &ChatId) {
        let change = |chat: &mut ChatId| {
            if chat == lid {
                phone.clone_into(chat);
            }
        };
        for queued in &mut self.queue {
            change(&mut queued.outgoing.chat);
            if let Command::Forward { from, .. } = &mut queued.outgoing.command {
                change(from);
            }
        }
        for (chat, _) in self.files.iter_mut().filter_map(|file| file.message.as_mut()) {
            change(chat);
        }
        if let Some(timer) = self.timers.remove(lid) {
            self.set_timer(phone, timer);
        }
    }

    fn move_calls(&mut self, phone: &ChatId, lid: &ChatId) {
        for call in self.calls.iter_mut().filter(|call| call.chat == *lid) {
            phone.clone_into(&mut call.chat);
        }
    }
}
