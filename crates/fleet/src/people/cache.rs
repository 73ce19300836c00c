use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use siskin_model::{ChatId, Person};

/// How many addresses an instance remembers; all are forgotten when there are more.
const REMEMBERED: usize = 1000;

/// The persons and groups that an instance has to do with, by each of their addresses.
/// `None`: the store knows nothing of that one.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<ChatId, Option<Person>>>);

impl Cache {
    fn table(&self) -> MutexGuard<'_, HashMap<ChatId, Option<Person>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, address: &ChatId) -> Option<Option<Person>> {
        self.table().get(address).cloned()
    }

    pub(super) fn remember(&self, address: &ChatId, person: Option<Person>) {
        let mut table = self.table();
        if table.len() >= REMEMBERED {
            table.clear();
            table.shrink_to_fit();
        }
        table.insert(address.clone(), person);
    }

    /// Forgets a person under every address, other spellings of the number included.
    pub(super) fn forget(&self, addresses: &[&ChatId]) {
        let is_it = |address: &ChatId| addresses.contains(&address);
        self.table().retain(|address, person| {
            !is_it(address) && !person.as_ref().is_some_and(|person| is_it(&person.id))
        });
    }
}
