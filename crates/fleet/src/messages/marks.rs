//! Read marks and typing indicators: they need a live connection and are not queued.

use std::sync::Arc;
use std::time::Duration;

use siskin_model::message::Typing;
use siskin_model::{ChatId, Message, MessageId};

use crate::engine::{SendError, Session};
use crate::error::MessageError;
use crate::instance::Instance;

/// How many messages of a chat are marked read at once; older ones are taken for read.
const MARKED: u32 = 500;

impl Instance {
    /// The session of the link, while it is logged in.
    pub(crate) fn online_session(&self) -> Option<Arc<dyn Session>> {
        self.session.borrow().clone()
    }

    fn require_session(&self) -> Result<Arc<dyn Session>, MessageError> {
        self.online_session().ok_or(MessageError::NotOnline)
    }

    /// Shows the other side for a while that something is being written. Returns at once.
    ///
    /// # Errors
    /// When there is no live connection or WhatsApp does not take it.
    pub async fn show_typing(&self, chat: &ChatId, typing: Typing) -> Result<(), MessageError> {
        let session = self.require_session()?;
        let chat = self.named(chat).await?;
        session.show_typing(&chat, Some(typing.kind)).await?;
        let Ok(shown) = self.typing.clone().try_acquire_owned() else {
            // WhatsApp's apps take it back by themselves, if later.
            return Ok(());
        };
        tokio::spawn(async move {
            let _shown = shown;
            tokio::time::sleep(Duration::from_millis(typing.millis.into())).await;
            if let Err(error) = session.show_typing(&chat, None).await {
                tracing::debug!(%error, "the typing indicator was not taken back");
            }
        });
        Ok(())
    }

    /// Shows the other side that nothing is being written any more.
    ///
    /// # Errors
    /// When there is no live connection or WhatsApp does not take it.
    pub async fn take_typing_back(&self, chat: &ChatId) -> Result<(), MessageError> {
        let session = self.require_session()?;
        let chat = self.kept(chat).await?;
        Ok(session.show_typing(&chat, None).await?)
    }

    /// Marks a chat's messages read, or one of them. `false`: there is none to be marked.
    ///
    /// # Errors
    /// When there is no live connection or WhatsApp does not take it.
    pub async fn read_chat(
        &self,
        chat: &ChatId,
        id: Option<&MessageId>,
    ) -> Result<bool, MessageError> {
        let session = self.require_session()?;
        let chat = self.named(chat).await?;
        let messages = match id {
            None => self.around.store.unread(self.id(), &chat, MARKED).await?,
            Some(id) => {
                let message = self.around.store.message(self.id(), &chat, id).await?;
                message.into_iter().filter(|m| !m.direction.is_outgoing()).collect()
            }
        };
        if messages.is_empty() {
            // A chat in which all is read already is no failure.
            return Ok(id.is_none());
        }
        self.mark_read(&*session, &chat, &messages).await?;
        Ok(true)
    }

    /// Marks messages read, at WhatsApp first: what it has not heard is tried again.
    pub(crate) async fn mark_read(
        &self,
        session: &dyn Session,
        chat: &ChatId,
        messages: &[Message],
    ) -> Result<(), MessageError> {
        session.mark_read(chat, messages).await?;
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id.clone()).collect();
        self.around.store.mark_read(self.id(), chat, &ids).await?;
        Ok(())
    }
}

impl From<SendError> for MessageError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Offline => Self::NotOnline,
            other => Self::Refused(other.to_string()),
        }
    }
}
