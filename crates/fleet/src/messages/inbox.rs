//! Takes what the session of the link receives.

use std::sync::Arc;

use async_trait::async_trait;
use siskin_model::{ChatId, Message, MessageId};
use siskin_store::{Recorded, Result};

use crate::incoming::{History, Inbox, Incoming, Received};
use crate::instance::Instance;

/// The inbox of one instance.
pub(crate) struct InstanceInbox(pub(crate) Arc<Instance>);

#[async_trait]
impl Inbox for InstanceInbox {
    async fn messages(&self, batch: Vec<Received>) -> Result<()> {
        let instance = &self.0;
        let entries = instance.entries_of(batch, true).await?;
        let messages: Vec<Message> = entries.iter().map(|entry| entry.message.clone()).collect();
        let has_files = entries.iter().any(|entry| entry.file.is_some());
        let recorded = instance.journal.record(entries).await?;
        if has_files {
            instance.files_changed();
        }
        count(&messages, &recorded);
        instance.ask_unknown_groups(&messages).await;
        instance.mark_read_at_once(messages);
        Ok(())
    }

    async fn events(&self, batch: Vec<Incoming>) -> Result<()> {
        self.0.take_events(batch).await
    }

    async fn history(&self, part: History) -> Result<()> {
        let instance = &self.0;
        for (who, name) in part.names {
            let kept = instance.kept_address(&who).await?;
            instance.learn_name(&kept, &name).await?;
        }
        for (chat, timer) in part.timers {
            let kept = instance.kept_address(&chat).await?;
            instance.learn_timer(&kept, timer).await?;
        }
        let mut entries = instance.entries_of(part.messages, false).await?;
        for entry in &mut entries {
            // Files of the history are fetched when somebody asks for them.
            entry.file = None;
            entry.message.is_read = true;
        }
        instance.journal.record(entries).await?;
        Ok(())
    }

    async fn message(&self, chat: &ChatId, id: &MessageId) -> Result<Option<Message>> {
        self.0.known_message(chat, id).await
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
