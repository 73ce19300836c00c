use std::cmp::Reverse;

use async_trait::async_trait;
use siskin_model::{ChatId, InstanceId, Message, MessageId};

use super::{Kept, MemoryStore, newest};
use siskin_store::{
    Amendment, Entry, Journal, Listing, Page, Position, Recorded, Replacement, Result,
};

#[async_trait]
impl Journal for MemoryStore {
    async fn record(&self, id: InstanceId, entries: Vec<Entry>) -> Result<Vec<Recorded>> {
        self.room()?;
        let count = entries.len();
        let record = |kept: &mut Kept| {
            entries.into_iter().map(|entry| kept.record(entry)).collect::<Vec<_>>()
        };
        let nothing = || vec![Recorded { is_new: false, receipt: None }; count];
        Ok(self.with(id, record).unwrap_or_else(nothing))
    }

    async fn message(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<Message>> {
        let find = |kept: &mut Kept| {
            kept.messages.iter().find(|kept| kept.chat == *chat && kept.id == *message).cloned()
        };
        Ok(self.with(id, find).flatten())
    }

    async fn page(
        &self,
        id: InstanceId,
        listing: &Listing,
        behind: Option<Position>,
        count: u32,
    ) -> Result<Page> {
        let page = |kept: &mut Kept| {
            let at = |(seq, message): &(i64, &Message)| Position { at: message.at, seq: *seq };
            let mut wanted: Vec<(i64, &Message)> = (0..).zip(&kept.messages).collect();
            wanted.retain(|row| is_listed(row.1, listing));
            wanted.retain(|row| behind.is_none_or(|behind| at(row) < behind));
            wanted.sort_by_key(|row| Reverse(at(row)));
            wanted.truncate(count as usize);
            let next = wanted.last().filter(|_| wanted.len() == count as usize).map(at);
            Page { messages: wanted.into_iter().map(|row| row.1.clone()).collect(), next }
        };
        Ok(self.with(id, page).unwrap_or(Page { messages: Vec::new(), next: None }))
    }

    async fn unread(&self, id: InstanceId, chat: &ChatId, count: u32) -> Result<Vec<Message>> {
        let unread = |message: &&Message| {
            message.chat == *chat && !message.direction.is_outgoing() && !message.is_read
        };
        let newest =
            |kept: &mut Kept| newest(kept.messages.iter().filter(unread), |it| it.at, count);
        Ok(self.with(id, newest).unwrap_or_default())
    }

    async fn mark_read(&self, id: InstanceId, chat: &ChatId, messages: &[MessageId]) -> Result<()> {
        self.room()?;
        self.with(id, |kept| {
            for message in &mut kept.messages {
                message.is_read |= message.chat == *chat
                    && !message.direction.is_outgoing()
                    && messages.contains(&message.id);
            }
        });
        Ok(())
    }

    async fn mark_deleted(&self, id: InstanceId, chat: &ChatId, message: &MessageId) -> Result<()> {
        self.room()?;
        self.with(id, |kept| {
            let is_it = |kept: &&mut Message| kept.chat == *chat && kept.id == *message;
            kept.messages.iter_mut().filter(is_it).for_each(|kept| kept.is_deleted = true);
        });
        Ok(())
    }
}

fn is_listed(message: &Message, listing: &Listing) -> bool {
    match listing {
        Listing::Chat(chat) => message.chat == *chat,
        Listing::Since { outgoing, since } => {
            message.direction.is_outgoing() == *outgoing && message.at >= *since
        }
    }
}

impl Kept {
    pub(super) fn record(&mut self, entry: Entry) -> Recorded {
        let Entry { message, notification, file, amendment, replacement } = entry;
        if !self.take(&message, replacement) {
            return Recorded { is_new: false, receipt: None };
        }
        if let Some(amendment) = amendment {
            self.amend(&message, amendment);
        }
        if let Some(file) = file {
            self.add_file(file);
        }
        Recorded { is_new: true, receipt: self.tell(notification) }
    }

    pub(super) fn take(&mut self, message: &Message, replacement: Replacement) -> bool {
        let Some(known) = self.messages.iter_mut().find(|known| same_key(known, message)) else {
            self.messages.push(message.clone());
            return true;
        };
        let replaces = replacement == Replacement::Unreadable
            && known.raw.is_empty()
            && !message.raw.is_empty();
        if replaces {
            let old = std::mem::replace(known, message.clone());
            known.is_read |= old.is_read;
            known.is_deleted |= old.is_deleted;
            if old.is_edited {
                (known.is_edited, known.body) = (true, old.body);
            }
        }
        replaces
    }

    fn amend(&mut self, by: &Message, amendment: Amendment) {
        let target = self.messages.iter_mut().find(|target| {
            target.chat == by.chat
                && target.id == amendment.target
                && amendment.may_change(by, &target.sender, target.direction.is_outgoing())
        });
        match (target, amendment.edited) {
            (None, _) => {}
            (Some(target), Some(body)) => (target.is_edited, target.body) = (true, body),
            (Some(target), None) => target.is_deleted = true,
        }
    }
}

/// Whether two messages are the same one to the journal.
pub(super) fn same_key(one: &Message, other: &Message) -> bool {
    one.chat == other.chat && one.id == other.id && one.sender == other.sender
}
