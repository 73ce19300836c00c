//! How far outgoing messages get.

use std::sync::Arc;

use siskin_green_api::{Notification, Settings, Word};
use siskin_model::message::Outgoing;
use siskin_model::{ChatId, InstanceId, Message, MessageId, MessageStatus, UnixMillis};
use siskin_store::{Clock, Entry, Progress, Result};
use tokio::sync::watch;

use super::in_flight::{Acknowledgement, Flight, InFlight};
use super::step::{Step, failure, refusal};
use crate::journal::Journal;
use crate::people::{Accounts, AddressBook, Names, People};
use crate::port::SendError;

/// Follows the messages of one instance from the moment that they begin to leave.
pub(crate) struct Tracker {
    id: InstanceId,
    clock: Arc<dyn Clock>,
    settings: watch::Receiver<Arc<Settings>>,
    people: Arc<People>,
    accounts: Arc<Accounts>,
    address_book: Arc<AddressBook>,
    journal: Arc<Journal>,
    in_flight: InFlight,
}

impl Tracker {
    pub(crate) fn new(
        id: InstanceId,
        clock: &Arc<dyn Clock>,
        settings: &watch::Receiver<Arc<Settings>>,
        people: &Arc<People>,
        accounts: &Arc<Accounts>,
        address_book: &Arc<AddressBook>,
        journal: &Arc<Journal>,
    ) -> Self {
        let in_flight = InFlight::default();
        Self {
            id,
            clock: clock.clone(),
            settings: settings.clone(),
            people: people.clone(),
            accounts: accounts.clone(),
            address_book: address_book.clone(),
            journal: journal.clone(),
            in_flight,
        }
    }

    /// The messages that are on their way.
    pub(super) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// Records that a message leaves. `false`: it was cleared from the queue in the meantime.
    pub(super) async fn leave(&self, place: i64, id: MessageId, entry: Entry) -> Result<bool> {
        let leaves = self.journal.leave(place, entry).await?.is_some();
        if !leaves {
            self.in_flight.end(&id);
        }
        Ok(leaves)
    }

    /// A message is written: now counts what WhatsApp has said of it in the meantime.
    pub(super) async fn written(&self, id: &MessageId) -> Result<()> {
        if let Some((flight, acknowledgement)) = self.in_flight.written(id) {
            let step = step_of(id.clone(), flight, acknowledgement);
            // It is off its way only then, so that a receipt that comes at the same time is
            // told after it.
            self.take(vec![step]).await?;
        }
        Ok(())
    }

    /// A message that was on its way has failed.
    pub(super) async fn fail(
        &self,
        chat: &ChatId,
        id: &MessageId,
        error: &SendError,
    ) -> Result<()> {
        self.in_flight.end(id);
        let (status, description) = failure(error);
        self.advance(vec![self.step_now(chat, id, status, description)]).await
    }

    /// A message was written, again and again, and nobody has said that it arrived.
    pub(super) async fn fail_unacknowledged(&self, chat: &ChatId, id: &MessageId) -> Result<()> {
        self.in_flight.end(id);
        let description = "WhatsApp did not acknowledge the message".to_owned();
        let step = self.step_now(chat, id, MessageStatus::Failed, description);
        self.advance(vec![step]).await
    }

    fn step_now(
        &self,
        chat: &ChatId,
        id: &MessageId,
        status: MessageStatus,
        description: String,
    ) -> Step {
        let (chat, id, at) = (chat.clone(), id.clone(), self.clock.now());
        Step { chat, id, status, description, at, by_api: true }
    }

    /// A message that has not begun to leave never will: its owner is told why.
    pub(super) async fn give_up(
        &self,
        place: i64,
        outgoing: &Outgoing,
        error: &SendError,
    ) -> Result<()> {
        let (status, description) = failure(error);
        // Where it would have gone may have become known on the way.
        let chat = self.people.kept(&outgoing.chat).await?;
        let step = self.step_now(&chat, &outgoing.id, status, description);
        if status == MessageStatus::NoAccount {
            self.accounts.doubt(&chat).await?;
        }
        let names = self.address_book.names_of(&[&chat]).await?;
        let notification = self.notification(&names, &step);
        let lost = self.lost(&step).await?;
        self.journal.give_up(place, lost, notification).await?;
        let description = &step.description;
        tracing::warn!(instance = %self.id, message = %step.id, description, "not sent");
        count(status);
        Ok(())
    }

    /// What the journal keeps of a message that never leaves.
    async fn lost(&self, step: &Step) -> Result<Option<Message>> {
        let shown = self.journal.message(&step.chat, &step.id).await?;
        Ok(shown.filter(Message::is_waiting).map(|shown| Message {
            status: Some(step.status),
            status_at: Some(step.at),
            description: step.description.clone(),
            ..shown
        }))
    }

    /// WhatsApp's server has said something of a message. `None`: it is not written yet, or no
    /// message of ours.
    pub(crate) fn acknowledged(
        &self,
        id: MessageId,
        acknowledgement: Acknowledgement,
    ) -> Option<Step> {
        let (flight, acknowledgement) = self.in_flight.acknowledge(&id, acknowledgement)?;
        Some(step_of(id, flight, acknowledgement))
    }

    /// Messages of a chat have reached somebody, or were read.
    pub(crate) async fn receipt(
        &self,
        chat: &ChatId,
        ids: Vec<MessageId>,
        status: MessageStatus,
        at: UnixMillis,
    ) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for id in ids {
            // A receipt can overtake the acknowledgement, which then has nothing to add. Its
            // owner is told both steps all the same.
            if let Some(flight) = self.in_flight.flight(&id) {
                let taken = Acknowledgement { at, refused: None };
                let sent = step_of(id.clone(), flight, taken);
                steps.extend([sent, Step::of_api(chat.clone(), id, status, at)]);
                continue;
            }
            if self.in_flight.has_ended(&id) {
                steps.push(Step::of_api(chat.clone(), id, status, at));
                continue;
            }
            let message = self.journal.message(chat, &id).await?;
            if let Some(message) = message.filter(|message| message.direction.is_outgoing()) {
                steps.push(Step::of(&message, status, at));
            }
        }
        Ok(steps)
    }

    /// Records steps, and only then takes what was on its way off: a batch that could not be
    /// committed comes again.
    pub(crate) async fn take(&self, steps: Vec<Step>) -> Result<()> {
        let taken: Vec<_> = steps
            .iter()
            .map(|step| (step.id.clone(), step.status, step.description.clone()))
            .collect();
        self.advance(steps).await?;
        for (id, status, description) in taken {
            if self.in_flight.end(&id).is_none() {
                continue;
            }
            if !description.is_empty() {
                tracing::warn!(instance = %self.id, message = %id, description, "refused");
            }
            count(status);
        }
        Ok(())
    }

    /// Records steps in order, in one go, and tells of those that got a message further.
    async fn advance(&self, mut steps: Vec<Step>) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        for step in &mut steps {
            // The number behind a LID may have become known on the way.
            step.chat = self.people.kept(&step.chat).await?;
            if step.status == MessageStatus::NoAccount {
                self.accounts.doubt(&step.chat).await?;
            }
        }
        let chats: Vec<&ChatId> = steps.iter().map(|step| &step.chat).collect();
        let names = self.address_book.names_of(&chats).await?;
        let mut progress = Vec::with_capacity(steps.len());
        for step in steps {
            let notification = self.notification(&names, &step);
            progress.push(Progress {
                chat: step.chat,
                message: step.id,
                status: step.status,
                at: step.at,
                description: step.description,
                notification,
            });
        }
        self.journal.advance(progress).await
    }

    /// What tells of a step, if the settings ask for it.
    fn notification(&self, names: &Names, step: &Step) -> Option<Notification> {
        let Step { chat, id, status, description, at, by_api } = step;
        self.settings.borrow().tell_status(*status).then(|| {
            names.draw(|view| {
                let account = names.account();
                Notification::message_status(
                    account,
                    chat,
                    id,
                    *status,
                    description,
                    *by_api,
                    view,
                    *at,
                )
            })
        })
    }
}

/// What WhatsApp's word about a message means.
fn step_of(id: MessageId, flight: Flight, acknowledgement: Acknowledgement) -> Step {
    let Acknowledgement { at, refused } = acknowledgement;
    let (status, description) = match refused {
        None => (MessageStatus::Sent, String::new()),
        Some(refused) => refusal(refused),
    };
    Step { chat: flight.chat, id, status, description, at, by_api: true }
}

fn count(status: MessageStatus) {
    metrics::counter!("siskin_sends_total", "result" => status.word()).increment(1);
}
