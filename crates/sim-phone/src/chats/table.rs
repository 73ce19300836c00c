//! The messages of a phone, found by place, by chat and by id.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::{Row, Status};

/// Messages kept per chat; the oldest go first.
const ROWS_PER_CHAT: usize = 10_000;
/// Messages kept per phone; the oldest go first.
const ROWS_PER_PHONE: usize = 20_000;
/// Changes remembered for those who follow them.
const CHANGES_LIMIT: usize = 10_000;

/// The messages of one phone.
#[derive(Default)]
pub(crate) struct Table {
    last_seq: u64,
    last_change: u64,
    rows: BTreeMap<u64, Row>,
    by_chat: BTreeMap<String, VecDeque<u64>>,
    /// Places by chat and id; senders may use the same id.
    by_id: HashMap<(String, String), Vec<u64>>,
    /// Which row changed, by number of the change.
    changes: VecDeque<(u64, u64)>,
    unwritten: BTreeSet<u64>,
}

/// Which messages are asked for. What is `None` is not looked at.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Of this chat.
    pub chat: Option<String>,
    /// Messages with a greater `seq`.
    pub after: u64,
    /// With this id.
    pub id: Option<String>,
    /// At least so far.
    pub status: Option<Status>,
    /// Whether they were sent by the phone or one of its devices.
    pub from_me: Option<bool>,
}

impl Table {
    pub(super) fn add(&mut self, mut row: Row) -> Option<u64> {
        if self.find(&row.chat, &row.id, Some(&row.from)).is_some() {
            return None;
        }
        self.last_seq += 1;
        row.seq = self.last_seq;
        self.insert(row);
        self.note_change(self.last_seq);
        Some(self.last_seq)
    }

    /// Takes over a row as an earlier process noted it, the newest version last.
    pub(super) fn restore(&mut self, row: Row) {
        self.last_seq = self.last_seq.max(row.seq);
        if let Some(known) = self.rows.get_mut(&row.seq) {
            *known = row;
        } else {
            self.insert(row);
        }
    }

    /// All rows are restored.
    pub(super) fn restored(&mut self) {
        self.unwritten.clear();
    }

    fn insert(&mut self, row: Row) {
        let seq = row.seq;
        let chat = self.by_chat.entry(row.chat.clone()).or_default();
        chat.push_back(seq);
        let surplus = if chat.len() > ROWS_PER_CHAT { chat.front().copied() } else { None };
        self.by_id.entry((row.chat.clone(), row.id.clone())).or_default().push(seq);
        self.rows.insert(seq, row);
        if let Some(oldest) = surplus {
            self.remove(oldest);
        }
        if self.rows.len() > ROWS_PER_PHONE
            && let Some(oldest) = self.rows.keys().next().copied()
        {
            self.remove(oldest);
        }
    }

    fn remove(&mut self, seq: u64) {
        let Some(row) = self.rows.remove(&seq) else {
            return;
        };
        if let Some(chat) = self.by_chat.get_mut(&row.chat) {
            chat.retain(|other| *other != seq);
        }
        let key = (row.chat, row.id);
        if let Some(places) = self.by_id.get_mut(&key) {
            places.retain(|other| *other != seq);
            if places.is_empty() {
                self.by_id.remove(&key);
            }
        }
        self.unwritten.remove(&seq);
    }

    pub(super) fn find(&self, chat: &str, id: &str, from: Option<&str>) -> Option<&Row> {
        let places = self.by_id.get(&(chat.to_owned(), id.to_owned()))?;
        let mut rows = places.iter().filter_map(|seq| self.rows.get(seq));
        rows.find(|row| from.is_none_or(|from| row.from == from))
    }

    pub(super) fn change(
        &mut self,
        chat: &str,
        id: &str,
        from: Option<&str>,
        change: impl FnOnce(&mut Row),
    ) -> bool {
        let Some(seq) = self.find(chat, id, from).map(|row| row.seq) else {
            return false;
        };
        if let Some(row) = self.rows.get_mut(&seq) {
            change(row);
        }
        self.note_change(seq);
        true
    }

    pub(super) fn read(&mut self, chat: &str, up_to: Option<&str>) -> Vec<Row> {
        let limit = match up_to {
            Some(id) => self.find(chat, id, None).map_or(0, |row| row.seq),
            None => u64::MAX,
        };
        let places = self.by_chat.get(chat).cloned().unwrap_or_default();
        let mut read = Vec::new();
        for seq in places.into_iter().take_while(|seq| *seq <= limit) {
            let Some(row) = self.rows.get_mut(&seq).filter(|row| is_unread(row)) else {
                continue;
            };
            row.status = Status::Read;
            read.push(row.clone());
            self.note_change(seq);
        }
        read
    }

    pub(super) fn matching(&self, filter: &MessageFilter) -> Vec<Row> {
        let matches = |row: &&Row| {
            filter.id.as_ref().is_none_or(|id| row.id == *id)
                && filter.status.is_none_or(|status| row.status >= status)
                && filter.from_me.is_none_or(|from_me| row.from_me == from_me)
        };
        let after = filter.after + 1;
        match &filter.chat {
            None => self.rows.range(after..).map(|(_, row)| row).filter(matches).cloned().collect(),
            Some(chat) => {
                let places = self.by_chat.get(chat).into_iter().flatten();
                places
                    .skip_while(|seq| **seq < after)
                    .filter_map(|seq| self.rows.get(seq))
                    .filter(matches)
                    .cloned()
                    .collect()
            }
        }
    }

    pub(super) fn changed_after(&self, after: u64) -> (Vec<Row>, u64) {
        let recent = self.changes.iter().skip_while(|(change, _)| *change <= after);
        let places: BTreeSet<u64> = recent.map(|(_, seq)| *seq).collect();
        let rows = places.iter().filter_map(|seq| self.rows.get(seq)).cloned();
        (rows.collect(), self.last_change)
    }

    pub(super) fn chats(&self) -> BTreeSet<String> {
        self.by_chat.keys().cloned().collect()
    }

    pub(super) fn unread(&self, chat: &str) -> usize {
        let places = self.by_chat.get(chat).into_iter().flatten();
        places.filter(|seq| self.rows.get(seq).is_some_and(is_unread)).count()
    }

    pub(super) fn last_seq(&self, chat: &str) -> u64 {
        self.by_chat.get(chat).and_then(|places| places.back()).copied().unwrap_or(0)
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// What changed and was not written yet, in order.
    pub(super) fn unwritten(&self) -> impl Iterator<Item = &Row> {
        self.unwritten.iter().filter_map(|seq| self.rows.get(seq))
    }

    pub(super) fn has_unwritten(&self) -> bool {
        !self.unwritten.is_empty()
    }

    pub(super) fn forget_unwritten(&mut self) {
        self.unwritten.clear();
    }

    fn note_change(&mut self, seq: u64) {
        self.last_change += 1;
        if self.changes.len() == CHANGES_LIMIT {
            self.changes.pop_front();
        }
        self.changes.push_back((self.last_change, seq));
        self.unwritten.insert(seq);
    }
}

fn is_unread(row: &Row) -> bool {
    !row.from_me && row.status == Status::Received
}
