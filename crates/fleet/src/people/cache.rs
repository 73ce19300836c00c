use hashlink::LruCache;
use parking_lot::Mutex;
use siskin_model::{ChatId, Person};

/// How many addresses an instance remembers.
const REMEMBERED: usize = 1000;

/// The persons and groups that an instance has to do with, by each of their addresses.
/// `None`: the store knows nothing of that one.
pub(super) struct Cache(Mutex<LruCache<ChatId, Option<Person>>>);

impl Default for Cache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Cache {
    pub(super) fn get(&self, address: &ChatId) -> Option<Option<Person>> {
        self.0.lock().get(address).cloned()
    }

    pub(super) fn remember(&self, address: &ChatId, person: Option<Person>) {
        self.0.lock().insert(address.clone(), person);
    }

    /// Forgets a person under every address, other spellings of the number included.
    pub(super) fn forget(&self, addresses: &[&ChatId]) {
        let is_it = |address: &ChatId| addresses.contains(&address);
        self.0.lock().retain(|address, person| {
            !is_it(address) && !person.as_ref().is_some_and(|person| is_it(&person.id))
        });
    }
}
