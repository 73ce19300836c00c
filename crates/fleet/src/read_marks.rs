//! Read marks: they need a live connection and are not queued.

use std::sync::Arc;

use siskin_green_api::Settings;
use siskin_model::{ChatId, InstanceId, Message, MessageId};
use siskin_store::{Store, StoreError};
use tokio::sync::watch;

use crate::backlog::{Added, Backlog};
use crate::error::MessageError;
use crate::online::Online;
use crate::people::Accounts;
use crate::port::Session;

/// How many messages of a chat are marked read at once; older ones are taken for read.
const AT_ONCE: u32 = 500;
/// How many received messages may wait to be marked read; others stay unread.
const WAITING: usize = 256;

/// What marks the received messages of one instance read.
pub(crate) struct ReadMarks {
    id: InstanceId,
    store: Arc<dyn Store>,
    settings: watch::Receiver<Arc<Settings>>,
    accounts: Arc<Accounts>,
    online: Arc<Online>,
    /// The messages that are to be marked as they come. That is done beside the receiving:
    /// from within the session's own call, it could wait for itself.
    waiting: Backlog<Message>,
}

impl ReadMarks {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        settings: &watch::Receiver<Arc<Settings>>,
        accounts: &Arc<Accounts>,
        online: &Arc<Online>,
    ) -> Self {
        Self {
            id,
            store: store.clone(),
            settings: settings.clone(),
            accounts: accounts.clone(),
            online: online.clone(),
            waiting: Backlog::new(WAITING),
        }
    }

    /// Marks a chat's messages read, or one of them. `false`: there is none to be marked.
    pub(crate) async fn read_chat(
        &self,
        chat: &ChatId,
        id: Option<&MessageId>,
    ) -> Result<bool, MessageError> {
        let session = self.online.require()?;
        let chat = self.accounts.named(chat).await?;
        let messages = match id {
            None => self.store.unread(self.id, &chat, AT_ONCE).await?,
            Some(id) => {
                let message = self.store.message(self.id, &chat, id).await?;
                message.into_iter().filter(|m| !m.direction.is_outgoing()).collect()
            }
        };
        if messages.is_empty() {
            // A chat in which all is read already is no failure.
            return Ok(id.is_none());
        }
        self.mark(&*session, &chat, &messages).await?;
        Ok(true)
    }

    /// Marks messages read, at WhatsApp first: what it has not heard is tried again.
    async fn mark(
        &self,
        session: &dyn Session,
        chat: &ChatId,
        messages: &[Message],
    ) -> Result<(), MessageError> {
        session.mark_read(chat, messages).await?;
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id.clone()).collect();
        self.store.mark_read(self.id, chat, &ids).await?;
        Ok(())
    }

    /// Messages of a chat were read on another device of the account.
    pub(crate) async fn read_elsewhere(
        &self,
        chat: &ChatId,
        ids: &[MessageId],
    ) -> Result<(), StoreError> {
        self.store.mark_read(self.id, chat, ids).await
    }

    /// Marks a chat read, where the settings ask for that with every reply.
    pub(crate) async fn on_reply(&self, chat: &ChatId) {
        let wanted = self.settings.borrow().mark_incoming_messages_readed_on_reply.is_yes();
        if !wanted {
            return;
        }
        if let Err(error) = self.read_chat(chat, None).await {
            tracing::warn!(instance = %self.id, %error, "chat not marked read");
        }
    }

    /// Marks received messages read, where the settings ask for that with every message.
    pub(crate) fn on_receipt(self: &Arc<Self>, messages: Vec<Message>) {
        let settings = self.settings.borrow().clone();
        let wanted = settings.mark_incoming_messages_readed.is_yes()
            && !settings.mark_incoming_messages_readed_on_reply.is_yes();
        if !wanted || self.online.session().is_none() {
            return;
        }
        for message in messages.into_iter().filter(|message| !message.direction.is_outgoing()) {
            match self.waiting.add(message) {
                Added::First => drop(tokio::spawn(self.clone().mark_in_turn())),
                Added::Waiting => {}
                Added::Full => tracing::debug!(instance = %self.id, "not marked read: too many"),
            }
        }
    }

    async fn mark_in_turn(self: Arc<Self>) {
        let mut next = self.waiting.first();
        while let Some(message) = next {
            let chat = message.chat.clone();
            if let Some(session) = self.online.session()
                && let Err(error) = self.mark(&*session, &chat, &[message]).await
            {
                tracing::warn!(instance = %self.id, %error, "not marked read");
            }
            next = self.waiting.done();
        }
    }
}
