//! What happens beside messages: acknowledgements, receipts, calls, names.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use siskin_model::message::{Content, Direction, Text};
use siskin_model::notification::UNDECRYPTABLE;
use siskin_model::text::within;
use siskin_model::{
    Address, Body, CallRecord, CallStatus, ChatId, Message, MessageId, MessageStatus, Notification,
    Person, UnixMillis,
};
use siskin_store::Result;

use super::in_flight::{Acknowledgement, Flight};
use super::progress::Step;
use crate::incoming::{Incoming, Refused};
use crate::instance::Instance;

impl Instance {
    /// Takes events in order. Steps of messages that follow each other are recorded in one go.
    pub(super) async fn take_events(self: &Arc<Self>, batch: Vec<Incoming>) -> Result<()> {
        let mut steps = Vec::new();
        for event in batch {
            if !matches!(event, Incoming::Acknowledged { .. } | Incoming::Receipt { .. }) {
                self.land(std::mem::take(&mut steps)).await?;
            }
            match event {
                Incoming::Acknowledged { id, at, refused } => {
                    let acknowledgement = Acknowledgement { at, refused };
                    let landed = self.in_flight.acknowledge(&id, acknowledgement);
                    steps.extend(landed.map(|landed| self.outcome_of(id, landed)));
                }
                Incoming::Receipt { chat, ids, status, at } => {
                    steps.extend(self.receipt(&chat, ids, status, at).await?);
                }
                other => self.take_event(other).await?,
            }
        }
        self.land(steps).await
    }

    /// Records steps, and only then takes what was on its way off: a batch that could not be
    /// committed comes again.
    pub(super) async fn land(&self, steps: Vec<Step>) -> Result<()> {
        let landing: Vec<_> = steps
            .iter()
            .map(|step| (step.id.clone(), step.status, step.description.clone()))
            .collect();
        self.advance(steps).await?;
        for (id, status, description) in landing {
            if self.in_flight.land(&id).is_none() {
                continue;
            }
            if !description.is_empty() {
                tracing::warn!(instance = %self.id(), message = %id, description, "refused");
            }
            let result = status.as_str();
            metrics::counter!("siskin_sends_total", "result" => result).increment(1);
        }
        Ok(())
    }

    async fn take_event(self: &Arc<Self>, event: Incoming) -> Result<()> {
        match event {
            Incoming::ReadElsewhere { chat, ids } => {
                let chat = self.kept_address(&chat).await?;
                self.around.store.mark_read(self.id(), &chat, &ids).await
            }
            Incoming::Undecryptable { chat, sender, from_me, id, at, push_name } => {
                let message = self.undecryptable(&chat, &sender, from_me, id, at, push_name);
                let message = message.await?;
                self.record_undecryptable(message).await
            }
            Incoming::Call { id, from, is_video, is_group, status, at } => {
                let chat = self.kept_address(&from).await?;
                let call =
                    CallRecord { id, is_incoming: true, chat, is_video, is_group, status, at };
                self.record_call(call).await
            }
            Incoming::Named { who, name } => {
                let kept = self.kept_address(&who).await?;
                self.learn_name(&kept, &name).await
            }
            Incoming::Contact { who, name } => {
                let kept = self.kept_address(&who).await?;
                self.save_contact_name(&kept, &name).await
            }
            Incoming::Timer { chat, timer } => {
                let kept = self.kept_address(&chat).await?;
                if kept.is_group() {
                    self.groups_told.fetch_add(1, Ordering::SeqCst);
                }
                self.learn_timer(&kept, timer).await
            }
            // Taken together with their neighbours.
            Incoming::Acknowledged { .. } | Incoming::Receipt { .. } => Ok(()),
        }
    }

    /// What WhatsApp's word about a message means.
    pub(super) fn outcome_of(
        &self,
        id: MessageId,
        (flight, acknowledgement): (Flight, Acknowledgement),
    ) -> Step {
        let Acknowledgement { at, refused } = acknowledgement;
        let (status, description) = match refused {
            None => (MessageStatus::Sent, String::new()),
            Some(refused) => outcome(refused),
        };
        Step { chat: flight.chat, id, status, description, at, by_api: true }
    }

    async fn receipt(
        &self,
        chat: &Address,
        ids: Vec<MessageId>,
        status: MessageStatus,
        at: UnixMillis,
    ) -> Result<Vec<Step>> {
        let chat = self.kept_address(chat).await?;
        let mut steps = Vec::new();
        for id in ids {
            // A receipt can overtake the acknowledgement, which then has nothing to add. Its
            // owner is told both steps all the same.
            if let Some(flight) = self.in_flight.flight(&id) {
                let taken = Acknowledgement { at, refused: None };
                let sent = self.outcome_of(id.clone(), (flight, taken));
                steps.extend([sent, Step::of_api(chat.clone(), id, status, at)]);
                continue;
            }
            if self.in_flight.has_landed(&id) {
                steps.push(Step::of_api(chat.clone(), id, status, at));
                continue;
            }
            let message = self.around.store.message(self.id(), &chat, &id).await?;
            if let Some(message) = message.filter(|message| message.direction.is_outgoing()) {
                steps.push(Step::of(&message, status, at));
            }
        }
        Ok(steps)
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
                self.kept_address(chat).await?,
                id,
                self.kept_address(sender).await?,
                if from_me { Direction::Phone } else { Direction::Incoming },
                at,
                Body::new(Content::Text(text)),
            )
        })
    }

    async fn record_call(&self, mut call: CallRecord) -> Result<()> {
        // Whether it has a picture is told only when it rings.
        if let Some(earlier) = self.around.store.call(self.id(), &call.id).await? {
            call.is_video = earlier.is_video;
            call.is_group = earlier.is_group;
            call.chat = earlier.chat;
        } else if call.status != CallStatus::Offer {
            tracing::debug!(instance = %self.id(), "a call that never rang has ended");
        }
        let chats: [&ChatId; 1] = [&call.chat];
        let names = self.names_for(&chats).await?;
        let notification = self
            .settings()
            .tell_call(&call)
            .then(|| names.draw(self, |view| Notification::call(names.account(), &call, 0, view)));
        let write = |notification| self.around.store.record_call(self.id(), &call, notification);
        self.log.commit(notification, write).await?;
        Ok(())
    }
}

/// What a refusal means to the owner of the message.
fn outcome(refused: Refused) -> (MessageStatus, String) {
    match refused {
        Refused::NotInGroup => {
            (MessageStatus::NotInGroup, "the account is not in the group".to_owned())
        }
        Refused::NoAccount => {
            (MessageStatus::NoAccount, "the number has no WhatsApp account".to_owned())
        }
        Refused::Restricted(code) => (
            MessageStatus::YellowCard,
            format!("WhatsApp restricts this account from writing to new chats (error {code})"),
        ),
        Refused::Other(code) => {
            (MessageStatus::Failed, format!("WhatsApp refused the message (error {code})"))
        }
    }
}
