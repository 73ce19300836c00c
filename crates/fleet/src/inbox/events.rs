//! What happens beside messages: acknowledgements, receipts, calls, names.

use std::sync::Arc;

use siskin_green_api::markers::UNDECRYPTABLE;
use siskin_model::message::{Content, Direction, Text};
use siskin_model::text::within;
use siskin_model::{Address, Body, CallRecord, Message, MessageId, Person, UnixMillis};
use siskin_store::Result;

use super::calls::Calls;
use crate::groups::Groups;
use crate::outbox::{Acknowledgement, Tracker};
use crate::people::People;
use crate::port::InboxEvent;
use crate::read_marks::ReadMarks;
use crate::undecryptable::Undecryptable;

/// Takes what happens to the messages, people and groups of one instance.
pub(crate) struct Events {
    people: Arc<People>,
    groups: Arc<Groups>,
    tracker: Arc<Tracker>,
    read_marks: Arc<ReadMarks>,
    undecryptable: Arc<Undecryptable>,
    calls: Calls,
}

impl Events {
    pub(crate) fn new(
        people: &Arc<People>,
        groups: &Arc<Groups>,
        tracker: &Arc<Tracker>,
        read_marks: &Arc<ReadMarks>,
        undecryptable: &Arc<Undecryptable>,
        calls: Calls,
    ) -> Self {
        Self {
            people: people.clone(),
            groups: groups.clone(),
            tracker: tracker.clone(),
            read_marks: read_marks.clone(),
            undecryptable: undecryptable.clone(),
            calls,
        }
    }

    /// Takes events in order. Steps of messages that follow each other are recorded in one go.
    pub(super) async fn take(&self, batch: Vec<InboxEvent>) -> Result<()> {
        let mut steps = Vec::new();
        for event in batch {
            if !matches!(event, InboxEvent::Acknowledged { .. } | InboxEvent::Receipt { .. }) {
                self.tracker.take(std::mem::take(&mut steps)).await?;
            }
            match event {
                InboxEvent::Acknowledged { id, at, refused } => {
                    steps.extend(self.tracker.acknowledged(id, Acknowledgement { at, refused }));
                }
                InboxEvent::Receipt { chat, ids, status, at } => {
                    let chat = self.people.kept_address(&chat).await?;
                    steps.extend(self.tracker.receipt(&chat, ids, status, at).await?);
                }
                other => self.take_one(other).await?,
            }
        }
        self.tracker.take(steps).await
    }

    async fn take_one(&self, event: InboxEvent) -> Result<()> {
        match event {
            InboxEvent::ReadElsewhere { chat, ids } => {
                let chat = self.people.kept_address(&chat).await?;
                self.read_marks.read_elsewhere(&chat, &ids).await
            }
            InboxEvent::Undecryptable { chat, sender, from_me, id, at, push_name } => {
                let message = self.undecryptable(&chat, &sender, from_me, id, at, push_name);
                self.undecryptable.record(message.await?).await
            }
            InboxEvent::Call { id, from, is_video, is_group, status, at } => {
                let chat = self.people.kept_address(&from).await?;
                let call =
                    CallRecord { id, is_incoming: true, chat, is_video, is_group, status, at };
                self.calls.record(call).await
            }
            InboxEvent::Named { who, name } => {
                let kept = self.people.kept_address(&who).await?;
                self.people.learn_name(&kept, &name).await
            }
            InboxEvent::Contact { who, name } => {
                let kept = self.people.kept_address(&who).await?;
                self.people.save_contact_name(&kept, &name).await
            }
            InboxEvent::Timer { chat, timer } => {
                let kept = self.people.kept_address(&chat).await?;
                self.groups.timer_told(&kept, timer).await
            }
            // Taken together with their neighbours.
            InboxEvent::Acknowledged { .. } | InboxEvent::Receipt { .. } => Ok(()),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "each is a member of the event")]
    async fn undecryptable(
        &self,
        chat: &Address,
        sender: &Address,
        from_me: bool,
        id: MessageId,
        at: UnixMillis,
        push_name: String,
    ) -> Result<Message> {
        let text = Text { text: UNDECRYPTABLE.to_owned(), is_template: false };
        Ok(Message {
            sender_name: within(&push_name, Person::LONGEST_NAME).to_owned(),
            ..Message::new(
                self.people.kept_address(chat).await?,
                id,
                self.people.kept_address(sender).await?,
                if from_me { Direction::Phone } else { Direction::Incoming },
                at,
                Body::new(Content::Text(text)),
            )
        })
    }
}
