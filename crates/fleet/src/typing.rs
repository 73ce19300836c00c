//! Typing indicators: they need a live connection and are not queued.

use std::sync::Arc;
use std::time::Duration;

use siskin_model::ChatId;
use siskin_model::message::Typing;
use tokio::sync::Semaphore;

use crate::error::MessageError;
use crate::online::Online;
use crate::people::{Accounts, People};

/// How many indicators of an instance are taken back after a while, as the API asks for them.
const SHOWN: usize = 64;

/// The typing indicators of one instance.
pub(crate) struct TypingIndicators {
    people: Arc<People>,
    accounts: Arc<Accounts>,
    online: Arc<Online>,
    /// Those that are not taken back yet.
    shown: Arc<Semaphore>,
}

impl TypingIndicators {
    pub(crate) fn new(
        people: &Arc<People>,
        accounts: &Arc<Accounts>,
        online: &Arc<Online>,
    ) -> Self {
        Self {
            people: people.clone(),
            accounts: accounts.clone(),
            online: online.clone(),
            shown: Arc::new(Semaphore::new(SHOWN)),
        }
    }

    /// Shows the other side for a while that something is being written. Returns at once.
    pub(crate) async fn show(&self, chat: &ChatId, typing: Typing) -> Result<(), MessageError> {
        let session = self.online.require()?;
        let chat = self.accounts.named(chat).await?;
        session.show_typing(&chat, Some(typing.kind)).await?;
        let Ok(shown) = self.shown.clone().try_acquire_owned() else {
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
    pub(crate) async fn take_back(&self, chat: &ChatId) -> Result<(), MessageError> {
        let session = self.online.require()?;
        let chat = self.people.kept(chat).await?;
        Ok(session.show_typing(&chat, None).await?)
    }
}
