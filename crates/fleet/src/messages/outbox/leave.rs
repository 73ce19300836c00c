//! A message's turn has come.

use std::sync::Arc;
use std::time::Duration;

use siskin_model::message::{Command, Outgoing};
use siskin_model::{ChatId, Message, MessageId, MessageStatus};
use siskin_store::Entry;

use super::wire::Departure;
use super::{ATTEMPTS, Stop, Worker, failure};
use crate::engine::{Prepared, SendError};
use crate::instance::Instance;
use crate::messages::progress::Step;

/// How long a message waits after WhatsApp was too busy for it; longer each time.
const BUSY: Duration = Duration::from_secs(5);

impl Worker {
    /// Lets a message leave whose turn has come. `false`: it does not, and the next one need
    /// not wait for it.
    pub(super) async fn leave(&mut self, place: i64, outgoing: &Outgoing) -> Result<bool, Stop> {
        if self.is_over(outgoing) {
            // The sweep removes it; it must not leave in the meantime.
            return Ok(false);
        }
        let mut attempt = 1;
        let error = loop {
            match self.try_leave(place, outgoing).await {
                Ok(left) => return Ok(left),
                Err(Hindrance::Stop(stop)) => return Err(stop),
                Err(Hindrance::Send(SendError::Offline)) => return Err(Stop::Offline),
                Err(Hindrance::Send(error @ SendError::Busy(_))) if attempt < ATTEMPTS => {
                    let instance = self.instance.id();
                    tracing::warn!(%instance, message = %outgoing.id, %error, "tried again");
                    tokio::time::sleep(BUSY * attempt).await;
                    attempt += 1;
                }
                Err(Hindrance::Send(error)) => break error,
            }
        };
        self.give_up(place, outgoing, &error).await?;
        Ok(false)
    }

    fn is_over(&self, outgoing: &Outgoing) -> bool {
        outgoing.accepted.plus(Outgoing::LIFETIME) <= self.instance.around.clock.now()
    }

    async fn try_leave(&mut self, place: i64, outgoing: &Outgoing) -> Result<bool, Hindrance> {
        let mut outgoing = outgoing.clone();
        outgoing.chat = self.receiver(&outgoing.chat).await?;
        if outgoing.refers_to_another() {
            self.until_settled().await?;
        }
        let parts = self.parts(&outgoing).await?;
        if let Command::Delete { only_for_me: true, .. } = outgoing.command {
            return self.delete_for_me(place, &parts).await;
        }
        let source_file = parts.source.as_ref().and_then(|m| m.body.content.file()).cloned();
        let prepared = self.session.prepare(&outgoing, parts).await?;
        let message = self.message(&outgoing, prepared, source_file);
        let raw = message.raw.clone();
        let entry = self.instance.own_entry(message).await?;
        let Outgoing { id, chat, .. } = outgoing;
        // Noted first: the acknowledgement can be faster than we are.
        self.instance.in_flight.depart(&id, &chat, place, raw.clone());
        let commit = commit(self.instance.clone(), place, id.clone(), entry);
        self.line_up(Departure::after(commit, id, chat, raw).await).await?;
        Ok(true)
    }

    /// The address of a message's receiver. Before the first message to a stranger, WhatsApp is
    /// asked for the account: it would take a message to nobody and say nothing.
    pub(super) async fn receiver(&self, chat: &ChatId) -> Result<ChatId, Hindrance> {
        let chat = self.instance.kept(chat).await?;
        if self.instance.has_account(&chat).await? {
            return Ok(chat);
        }
        let account = self.session.account(&chat).await?.ok_or(SendError::NoAccount)?;
        Ok(self.instance.learn_account(&chat, &account).await?)
    }

    async fn delete_for_me(
        &self,
        place: i64,
        parts: &crate::engine::Parts,
    ) -> Result<bool, Hindrance> {
        let Some(target) = &parts.source else {
            return Err(SendError::Impossible("the message is not known".to_owned()).into());
        };
        self.session.delete_for_me(target).await?;
        self.instance.journal.delete_for_me(place, target).await?;
        Ok(true)
    }

    fn message(
        &self,
        outgoing: &Outgoing,
        prepared: Prepared,
        source_file: Option<siskin_model::message::FileContent>,
    ) -> Message {
        let mut body = prepared.body;
        if let siskin_model::Content::File(content) = &mut body.content {
            match (&outgoing.command, source_file) {
                (Command::File(file), _) => {
                    content.file = Some(file.file.clone());
                    content.file_name.clone_from(&file.name);
                }
                (_, Some(original)) => {
                    content.file = original.file;
                    content.file_name = original.file_name;
                    content.too_large = original.too_large;
                }
                _ => {}
            }
        }
        let status = MessageStatus::Pending;
        // Incoming ones have whole seconds: among those of one second, the order of recording
        // decides.
        let now = self.instance.around.clock.now().whole_seconds();
        let row = self.instance.own_row(outgoing, body, now);
        Message { raw: prepared.raw, status: Some(status), ..row }
    }

    /// What the journal keeps of a message that never leaves.
    async fn lost(
        &self,
        outgoing: &Outgoing,
        step: &Step,
    ) -> Result<Option<Message>, siskin_store::StoreError> {
        let shown = self.instance.known_message(&outgoing.chat, &outgoing.id).await?;
        Ok(shown.filter(Message::is_waiting).map(|shown| Message {
            status: Some(step.status),
            status_at: Some(step.at),
            description: step.description.clone(),
            ..shown
        }))
    }

    /// A message that will never leave: its owner is told why.
    async fn give_up(
        &self,
        place: i64,
        outgoing: &Outgoing,
        error: &SendError,
    ) -> Result<(), siskin_store::StoreError> {
        let (status, description) = failure(error);
        let instance = &self.instance;
        // Where it would have gone may have become known on the way.
        let chat = instance.kept(&outgoing.chat).await?;
        let outgoing = &Outgoing { chat, ..outgoing.clone() };
        let (chat, id, at) =
            (outgoing.chat.clone(), outgoing.id.clone(), instance.around.clock.now());
        let step = Step { chat, id, status, description, at, by_api: true };
        if status == MessageStatus::NoAccount {
            instance.doubt(&step.chat).await?;
        }
        let names = instance.names_for(&[&step.chat]).await?;
        let notification = instance.status_notification(&names, &step);
        let lost = self.lost(outgoing, &step).await?;
        instance.journal.give_up(place, lost, notification).await?;
        let description = &step.description;
        tracing::warn!(instance = %instance.id(), message = %outgoing.id, description, "not sent");
        let result = status.as_str();
        metrics::counter!("siskin_sends_total", "result" => result).increment(1);
        Ok(())
    }
}

/// Records that a message leaves. `false`: it was cleared from the queue in the meantime.
async fn commit(
    instance: Arc<Instance>,
    place: i64,
    id: MessageId,
    entry: Entry,
) -> siskin_store::Result<bool> {
    let leaves = instance.journal.leave(place, entry).await?.is_some();
    if !leaves {
        instance.in_flight.land(&id);
    }
    Ok(leaves)
}

/// What keeps a message from leaving.
pub(super) enum Hindrance {
    /// The message itself.
    Send(SendError),
    /// The connection or the store.
    Stop(Stop),
}

impl From<SendError> for Hindrance {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl From<Stop> for Hindrance {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<siskin_store::StoreError> for Hindrance {
    fn from(error: siskin_store::StoreError) -> Self {
        Self::Stop(error.into())
    }
}
