//! How far outgoing messages get.

use siskin_model::message::Direction;
use siskin_model::{ChatId, Message, MessageId, MessageStatus, Notification, UnixMillis};
use siskin_store::{Progress, Result};

use super::names::Names;
use crate::instance::Instance;

/// A step of an outgoing message that is to be recorded and told.
pub(crate) struct Step {
    pub(crate) chat: ChatId,
    pub(crate) id: MessageId,
    pub(crate) status: MessageStatus,
    pub(crate) description: String,
    pub(crate) at: UnixMillis,
    /// Whether it was sent through the gateway.
    pub(crate) by_api: bool,
}

impl Step {
    /// A step of a message that was sent through the gateway.
    pub(crate) fn of_api(
        chat: ChatId,
        id: MessageId,
        status: MessageStatus,
        at: UnixMillis,
    ) -> Self {
        Self { chat, id, status, description: String::new(), at, by_api: true }
    }

    /// A step of a message of the journal.
    pub(crate) fn of(message: &Message, status: MessageStatus, at: UnixMillis) -> Self {
        Self {
            chat: message.chat.clone(),
            id: message.id.clone(),
            status,
            description: String::new(),
            at,
            by_api: message.direction == Direction::Api,
        }
    }
}

impl Instance {
    /// Records steps in order, in one go, and tells of those that got a message further.
    pub(crate) async fn advance(&self, mut steps: Vec<Step>) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        for step in &mut steps {
            // The number behind a LID may have become known on the way.
            step.chat = self.kept(&step.chat).await?;
            if step.status == MessageStatus::NoAccount {
                self.doubt(&step.chat).await?;
            }
        }
        let chats: Vec<&ChatId> = steps.iter().map(|step| &step.chat).collect();
        let names = self.names_for(&chats).await?;
        let mut progress = Vec::with_capacity(steps.len());
        for step in steps {
            let notification = self.status_notification(&names, &step);
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
    pub(crate) fn status_notification(&self, names: &Names, step: &Step) -> Option<Notification> {
        let Step { chat, id, status, description, at, by_api } = step;
        self.settings().tell_status(*status).then(|| {
            names.draw(self, |view| {
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
