use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use siskin_media::ContentKey;
use siskin_model::message::{Outgoing, TypingKind};
use siskin_model::{Address, Body, ChatId, Message, MessageId, PhoneNumber};
use tokio::sync::mpsc;

use crate::port::{
    Contacts, EngineError, FetchError, Files, GroupMetadata, Groups, IssuedCode, Life, Messages,
    Parts, Prepared, Presence, SendError,
};

/// A session that says which messages were written to it, and does nothing else.
pub(super) struct Listener(pub(super) mpsc::UnboundedSender<MessageId>);

fn nothing<T>() -> Result<T, SendError> {
    Err(SendError::Impossible("this session only listens".to_owned()))
}

#[async_trait]
impl Messages for Listener {
    async fn prepare(&self, outgoing: &Outgoing, _: Parts) -> Result<Prepared, SendError> {
        let content = outgoing.command.content().map_or_else(nothing, Ok)?;
        Ok(Prepared { raw: b"the message".to_vec(), body: Body::new(content) })
    }

    async fn transmit(&self, _: &ChatId, id: &MessageId, _: &[u8]) -> Result<(), SendError> {
        self.0.send(id.clone()).map_err(|_| SendError::Offline)
    }

    async fn delete_for_me(&self, _: &Message) -> Result<(), SendError> {
        nothing()
    }

    async fn mark_read(&self, _: &ChatId, _: &[Message]) -> Result<(), SendError> {
        nothing()
    }
}

#[async_trait]
impl Contacts for Listener {
    async fn account(&self, person: &ChatId) -> Result<Option<Address>, SendError> {
        Ok(Some(Address { id: person.clone(), other: None }))
    }
}

#[async_trait]
impl Life for Listener {
    async fn pairing_code(&self, _: &PhoneNumber) -> Result<IssuedCode, EngineError> {
        Err(EngineError::Unreachable)
    }

    fn silence(&self) -> Duration {
        Duration::ZERO
    }

    async fn reconnect(&self) {}

    async fn close(&self) {}

    async fn logout(&self) {}
}

#[async_trait]
impl Presence for Listener {
    async fn set_presence(&self, _: bool) -> Result<(), SendError> {
        nothing()
    }

    async fn show_typing(&self, _: &ChatId, _: Option<TypingKind>) -> Result<(), SendError> {
        nothing()
    }
}

#[async_trait]
impl Files for Listener {
    fn content_key(&self, _: &Message) -> Option<ContentKey> {
        None
    }

    async fn fetch_file(&self, _: &Message, _: &Path) -> Result<(), FetchError> {
        Err(FetchError::Gone)
    }
}

#[async_trait]
impl Groups for Listener {
    async fn group(&self, _: &ChatId) -> Result<GroupMetadata, SendError> {
        nothing()
    }

    async fn groups(&self) -> Result<Vec<GroupMetadata>, SendError> {
        nothing()
    }
}
