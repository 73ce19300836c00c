//! What receiving a message leads to at WhatsApp: asking for the subject of a group, and
//! marking as read. It is done beside the receiving: from within the session's own call, it
//! could wait for itself.

use std::sync::Arc;

use siskin_model::{ChatId, Message};

use super::backlog::{Added, Backlog};
use crate::instance::Instance;

/// How many groups may wait to be asked for their subject; of others, the next message asks.
const GROUPS: usize = 64;
/// How many messages may wait to be marked read; others stay unread.
const MARKS: usize = 256;

pub(crate) fn groups() -> Backlog<ChatId> {
    Backlog::new(GROUPS)
}

pub(crate) fn marks() -> Backlog<Message> {
    Backlog::new(MARKS)
}

impl Instance {
    /// Asks for the subjects of groups that have none yet, each once: the next message has it.
    pub(super) async fn ask_unknown_groups(self: &Arc<Self>, messages: &[Message]) {
        for chat in messages.iter().map(|message| &message.chat) {
            if !chat.is_group() || self.online_session().is_none() {
                continue;
            }
            // Messages that are committed are not given back because a name cannot be read.
            let is_unknown = matches!(self.person(chat).await, Ok(None));
            if is_unknown && self.groups.add_once(chat.clone()) == Added::First {
                tokio::spawn(self.clone().ask_groups());
            }
        }
    }

    async fn ask_groups(self: Arc<Self>) {
        let mut next = self.groups.first();
        while let Some(chat) = next {
            if let Some(session) = self.online_session()
                && let Ok(group) = session.group(&chat).await
                && let Err(error) = self.learn_group(&group).await
            {
                tracing::error!(instance = %self.id(), %error, "a group was not kept");
            }
            next = self.groups.done();
        }
    }

    /// Marks incoming messages read, where the settings ask for that with every message.
    pub(super) fn mark_read_at_once(self: &Arc<Self>, messages: Vec<Message>) {
        let settings = self.settings();
        let wanted = settings.mark_incoming_messages_readed.is_yes()
            && !settings.mark_incoming_messages_readed_on_reply.is_yes();
        if !wanted || self.online_session().is_none() {
            return;
        }
        for message in messages.into_iter().filter(|message| !message.direction.is_outgoing()) {
            match self.marks.add(message) {
                Added::First => drop(tokio::spawn(self.clone().mark_in_turn())),
                Added::Waiting => {}
                Added::Full => tracing::debug!(instance = %self.id(), "not marked read: too many"),
            }
        }
    }

    async fn mark_in_turn(self: Arc<Self>) {
        let mut next = self.marks.first();
        while let Some(message) = next {
            let chat = message.chat.clone();
            if let Some(session) = self.online_session()
                && let Err(error) = self.mark_read(&*session, &chat, &[message]).await
            {
                tracing::warn!(instance = %self.id(), %error, "not marked read");
            }
            next = self.marks.done();
        }
    }
}
