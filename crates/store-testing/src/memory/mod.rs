mod calls;
mod files;
mod health;
mod instances;
mod journal;
mod notifications;
mod outbox;
mod people;
mod timers;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, MutexGuard};
use siskin_green_api::Notification;
use siskin_model::{
    CallRecord, ChatId, InstanceId, Message, Person, Receipt, StateRecord, StoredFile, Timer,
    Token, UnixMillis,
};

use siskin_store::{
    DeletedInstance, GatewaySecret, InstanceRow, LoggedNotification, Queued, Result, StoreError,
};

/// A store that forgets everything when it is dropped: the oracle for the others, and what
/// fast tests use.
#[derive(Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
    is_full: AtomicBool,
}

#[derive(Default)]
struct Tables {
    created: u64,
    /// The last place that was given to a message in a queue.
    last_place: i64,
    instances: BTreeMap<InstanceId, Kept>,
    /// By number.
    deleted: Vec<DeletedInstance>,
    secrets: HashMap<GatewaySecret, Token>,
}

/// What is kept for an instance; lists are in the order of adding.
struct Kept {
    row: InstanceRow,
    history: VecDeque<StateRecord>,
    log: VecDeque<LoggedNotification>,
    last_receipt: Receipt,
    messages: Vec<Message>,
    queue: Vec<Queued>,
    files: Vec<StoredFile>,
    people: Vec<Person>,
    /// Numbers with the accounts that they lead to.
    spellings: Vec<(ChatId, ChatId)>,
    calls: Vec<CallRecord>,
    timers: BTreeMap<ChatId, Timer>,
}

impl Kept {
    fn new(row: InstanceRow) -> Self {
        Self {
            row,
            history: VecDeque::new(),
            log: VecDeque::new(),
            last_receipt: 0,
            messages: Vec::new(),
            queue: Vec::new(),
            files: Vec::new(),
            people: Vec::new(),
            spellings: Vec::new(),
            calls: Vec::new(),
            timers: BTreeMap::new(),
        }
    }

    fn append(&mut self, notification: Notification) -> Receipt {
        self.last_receipt += 1;
        self.log.push_back(LoggedNotification { receipt: self.last_receipt, notification });
        self.last_receipt
    }

    fn tell(&mut self, notification: Option<Notification>) -> Option<Receipt> {
        notification.map(|notification| self.append(notification))
    }
}

impl MemoryStore {
    /// From now on it takes nothing, as on a disk that is full, or takes everything again.
    pub fn set_full(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::SeqCst);
    }

    /// Whether there is room.
    fn room(&self) -> Result<()> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(StoreError::database("database or disk is full"));
        }
        Ok(())
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // The tables are changed by code that cannot panic half-way.
        self.tables.lock()
    }

    fn with<T>(&self, id: InstanceId, work: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        self.tables().instances.get_mut(&id).map(work)
    }
}

/// The newest of a list by their time, newest first; of the same time, the last one first.
fn newest<'a, T: Clone + 'a>(
    list: impl DoubleEndedIterator<Item = &'a T>,
    at: impl Fn(&T) -> UnixMillis,
    count: u32,
) -> Vec<T> {
    let mut newest: Vec<&T> = list.rev().collect();
    newest.sort_by_key(|item| Reverse(at(item)));
    newest.into_iter().take(count as usize).cloned().collect()
}
