//! What a phone keeps: its chats with their messages, who is writing, and what it sees of
//! the receipts.

mod journal;
mod json;
mod row;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;

use parking_lot::Mutex;
use serde::Serialize;
use siskin_sim_server::error::Error;
use tokio::sync::watch;

pub(crate) use row::Direction;
pub use row::{Row, Status};
pub use table::MessageFilter;

use journal::Journal;
use table::Table;

/// Messages whose retries are counted; then counting begins anew.
const RETRIES_LIMIT: usize = 10_000;

/// The chats of one phone.
pub struct Chats {
    inner: Mutex<Inner>,
    /// Counts changes, for those who wait for one.
    changes: watch::Sender<u64>,
}

struct Inner {
    table: Table,
    journal: Option<Journal>,
    /// Who is writing, by chat and person.
    typing: BTreeMap<String, BTreeMap<String, &'static str>>,
    /// How often somebody began to write, by chat.
    typing_seen: BTreeMap<String, u64>,
    retries: BTreeMap<String, u64>,
}

/// A chat in the list of chats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatOverview {
    /// `15550100001@c.us`, a LID or a group.
    pub chat_id: String,
    /// Messages of others that the phone's owner has not read.
    pub unread: usize,
    /// The `seq` of the newest message, 0 when there is none.
    pub last_seq: u64,
    /// Who is writing now: `typing` or `recording`, by person.
    pub typing: BTreeMap<String, String>,
    /// How often somebody has begun to write since the simulator started.
    pub typing_seen: u64,
}

impl Chats {
    /// Empty chats that note what changes in a journal; without one, in memory only.
    pub(crate) fn new(journal: Option<PathBuf>) -> Self {
        Self::with(Table::default(), journal.map(Journal::new))
    }

    /// The chats that an earlier process noted.
    pub(crate) fn load(journal: Option<PathBuf>) -> Result<Self, Error> {
        let Some(path) = journal else {
            return Ok(Self::new(None));
        };
        let mut table = Table::default();
        let lines = journal::read(&path, |row| table.restore(row))?;
        table.restored();
        Ok(Self::with(table, Some(Journal::with_lines(path, lines))))
    }

    fn with(table: Table, journal: Option<Journal>) -> Self {
        let inner = Inner {
            table,
            journal,
            typing: BTreeMap::new(),
            typing_seen: BTreeMap::new(),
            retries: BTreeMap::new(),
        };
        Self { inner: Mutex::new(inner), changes: watch::Sender::new(0) }
    }

    /// Adds a message. Gives its place, or `None` when the phone has it already.
    pub(crate) fn add(&self, row: Row) -> Option<u64> {
        let seq = self.inner.lock().table.add(row)?;
        self.touch();
        Some(seq)
    }

    /// Changes the message `id` of a chat that `from` sent, or whoever sent it.
    pub(crate) fn change(
        &self,
        chat: &str,
        id: &str,
        from: Option<&str>,
        change: impl FnOnce(&mut Row),
    ) {
        if self.inner.lock().table.change(chat, id, from, change) {
            self.touch();
        }
    }

    /// Whether the phone has a message.
    pub(crate) fn holds(&self, chat: &str, from: &str, id: &str) -> bool {
        self.inner.lock().table.find(chat, id, Some(from)).is_some()
    }

    /// The message `id` of a chat, whoever sent it.
    pub fn find(&self, chat: &str, id: &str) -> Option<Row> {
        self.inner.lock().table.find(chat, id, None).cloned()
    }

    /// The content of a message that the phone sent.
    pub(crate) fn sent(&self, chat: &str, id: &str) -> Option<Vec<u8>> {
        let inner = self.inner.lock();
        let row = inner.table.find(chat, id, None).filter(|row| row.from_me)?;
        Some(row.message.clone())
    }

    /// Notes a receipt.
    pub(crate) fn set_status(&self, chat: &str, id: &str, status: Status, direction: Direction) {
        let from_me = direction == Direction::Sent;
        let mut inner = self.inner.lock();
        let behind = inner
            .table
            .find(chat, id, None)
            .is_some_and(|row| row.from_me == from_me && row.status < status);
        if behind {
            inner.table.change(chat, id, None, |row| row.status = status);
            drop(inner);
            self.touch();
        }
    }

    /// Marks what others sent as read, up to one message or all. Gives what was not read
    /// before.
    pub(crate) fn read(&self, chat: &str, up_to: Option<&str>) -> Vec<Row> {
        let read = self.inner.lock().table.read(chat, up_to);
        if !read.is_empty() {
            self.touch();
        }
        read
    }

    /// Notes that somebody writes in a chat, or has stopped.
    pub(crate) fn set_typing(&self, chat: &str, who: &str, state: Option<&'static str>) {
        let mut inner = self.inner.lock();
        match state {
            Some(state) => {
                *inner.typing_seen.entry(chat.to_owned()).or_default() += 1;
                inner.typing.entry(chat.to_owned()).or_default().insert(who.to_owned(), state);
            }
            None => {
                if let Some(writing) = inner.typing.get_mut(chat) {
                    writing.remove(who);
                }
            }
        }
        drop(inner);
        self.touch();
    }

    /// Counts a request for a message that could not be read. Gives the new count.
    pub(crate) fn count_retry(&self, id: &str) -> u64 {
        let mut inner = self.inner.lock();
        if inner.retries.len() == RETRIES_LIMIT {
            inner.retries.clear();
        }
        let count = inner.retries.entry(id.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// The messages that are asked for, oldest first.
    pub fn matching(&self, filter: &MessageFilter) -> Vec<Row> {
        self.inner.lock().table.matching(filter)
    }

    /// The messages that changed after change number `after`, and the number of the last
    /// change.
    pub fn changed_after(&self, after: u64) -> (Vec<Row>, u64) {
        self.inner.lock().table.changed_after(after)
    }

    /// All chats with what a list of them shows.
    pub fn overview(&self) -> Vec<ChatOverview> {
        let inner = self.inner.lock();
        let mut chats = inner.table.chats();
        chats.extend(inner.typing.keys().cloned());
        let overview = chats.into_iter().map(|chat_id| {
            let typing = inner.typing.get(&chat_id).into_iter().flatten();
            ChatOverview {
                unread: inner.table.unread(&chat_id),
                last_seq: inner.table.last_seq(&chat_id),
                typing: typing.map(|(who, state)| (who.clone(), (*state).to_owned())).collect(),
                typing_seen: inner.typing_seen.get(&chat_id).copied().unwrap_or(0),
                chat_id,
            }
        });
        overview.collect()
    }

    /// Resolves at the next change after this call.
    pub fn watch(&self) -> watch::Receiver<u64> {
        let mut receiver = self.changes.subscribe();
        receiver.mark_unchanged();
        receiver
    }

    /// Wakes those who wait for a change.
    pub(crate) fn touch(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Writes what changed since the last time.
    pub(crate) fn flush(&self) {
        let mut inner = self.inner.lock();
        let Inner { table, journal, .. } = &mut *inner;
        let Some(journal) = journal else {
            return table.forget_unwritten();
        };
        if let Err(error) = journal.write(table) {
            tracing::error!(%error, "cannot store the chats of a phone");
        }
    }
}
