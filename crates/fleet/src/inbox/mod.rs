//! Takes what the session of the link receives.

mod calls;
mod events;
mod history;

use std::sync::Arc;

use async_trait::async_trait;
use siskin_model::{ChatId, Message, MessageId};
use siskin_store::{Recorded, Result};

pub(crate) use self::calls::Calls;
pub(crate) use self::events::Events;
pub(crate) use self::history::PastMessages;
use crate::entries::Entries;
use crate::files::Files;
use crate::groups::Groups;
use crate::journal::Journal;
use crate::port::{History, Inbox, InboxEvent, Received};
use crate::read_marks::ReadMarks;

/// The inbox of one instance.
pub(crate) struct InstanceInbox {
    journal: Arc<Journal>,
    entries: Arc<Entries>,
    files: Arc<Files>,
    groups: Arc<Groups>,
    read_marks: Arc<ReadMarks>,
    events: Events,
    past: PastMessages,
}

impl InstanceInbox {
    pub(crate) fn new(
        journal: &Arc<Journal>,
        entries: &Arc<Entries>,
        files: &Arc<Files>,
        groups: &Arc<Groups>,
        read_marks: &Arc<ReadMarks>,
        events: Events,
        past: PastMessages,
    ) -> Self {
        Self {
            journal: journal.clone(),
            entries: entries.clone(),
            files: files.clone(),
            groups: groups.clone(),
            read_marks: read_marks.clone(),
            events,
            past,
        }
    }
}

#[async_trait]
impl Inbox for InstanceInbox {
    async fn messages(&self, batch: Vec<Received>) -> Result<()> {
        let entries = self.entries.of_received(batch, true).await?;
        let messages: Vec<Message> = entries.iter().map(|entry| entry.message.clone()).collect();
        let has_files = entries.iter().any(|entry| entry.file.is_some());
        let recorded = self.journal.record(entries).await?;
        if has_files {
            self.files.changed();
        }
        count(&messages, &recorded);
        self.groups.ask_unknown(&messages).await;
        self.read_marks.on_receipt(messages);
        Ok(())
    }

    async fn events(&self, batch: Vec<InboxEvent>) -> Result<()> {
        self.events.take(batch).await
    }

    async fn history(&self, part: History) -> Result<()> {
        self.past.record(part).await
    }

    async fn message(&self, chat: &ChatId, id: &MessageId) -> Result<Option<Message>> {
        self.journal.known_message(chat, id).await
    }
}

fn count(messages: &[Message], recorded: &[Recorded]) {
    for (message, recorded) in messages.iter().zip(recorded) {
        if recorded.is_new {
            let direction = message.direction.as_str();
            metrics::counter!("siskin_messages_total", "direction" => direction).increment(1);
        }
    }
}
