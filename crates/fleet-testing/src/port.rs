//! What a scripted session answers to the fleet. A call that no test has needed yet says so.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use siskin_media::ContentKey;
use siskin_model::message::{Outgoing, TypingKind};
use siskin_model::{Address, ChatId, Message, MessageId, PhoneNumber};

use crate::compose::body_of;
use crate::script::{Script, Transmitted};
use siskin_fleet::port::{
    Contacts, EngineError, FetchError, Files, GroupMetadata, Groups, IssuedCode, Life, Messages,
    Parts, Prepared, Presence, SendError,
};

/// How long the pairing codes of scripted sessions live.
const CODE_LIFETIME: Duration = Duration::from_secs(180);

/// The answer to a call that no test has said an answer to.
fn not_scripted<T>(call: &str) -> Result<T, SendError> {
    Err(SendError::Impossible(format!("not scripted: {call}")))
}

#[async_trait]
impl Life for Script {
    async fn pairing_code(&self, _: &PhoneNumber) -> Result<IssuedCode, EngineError> {
        if self.withholds_codes {
            return std::future::pending().await;
        }
        Ok(IssuedCode { code: "ABCD1234".into(), lifetime: CODE_LIFETIME })
    }

    fn silence(&self) -> Duration {
        Duration::ZERO
    }

    async fn reconnect(&self) {}

    async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    async fn logout(&self) {
        self.logged_out.store(true, Ordering::SeqCst);
        self.close().await;
    }
}

#[async_trait]
impl Messages for Script {
    async fn prepare(&self, outgoing: &Outgoing, parts: Parts) -> Result<Prepared, SendError> {
        let body = body_of(outgoing, parts)?;
        let raw = serde_json::to_vec(&body);
        let raw = raw.map_err(|error| SendError::Impossible(error.to_string()))?;
        Ok(Prepared { raw, body })
    }

    async fn transmit(&self, chat: &ChatId, id: &MessageId, raw: &[u8]) -> Result<(), SendError> {
        let (chat, id, raw) = (chat.clone(), id.clone(), raw.to_vec());
        self.transmitted.send(Transmitted { chat, id, raw }).map_err(|_| SendError::Offline)?;
        if self.unreadable.load(Ordering::SeqCst) {
            self.looked_at.notified().await;
            return Err(SendError::Impossible("nobody can read it".to_owned()));
        }
        Ok(())
    }

    async fn delete_for_me(&self, _: &Message) -> Result<(), SendError> {
        Ok(())
    }

    async fn mark_read(&self, _: &ChatId, messages: &[Message]) -> Result<(), SendError> {
        self.read.lock().extend(messages.iter().map(|message| message.id.clone()));
        Ok(())
    }
}

#[async_trait]
impl Presence for Script {
    async fn set_presence(&self, _: bool) -> Result<(), SendError> {
        not_scripted("set_presence")
    }

    async fn show_typing(&self, chat: &ChatId, kind: Option<TypingKind>) -> Result<(), SendError> {
        self.typing.lock().push((chat.clone(), kind));
        Ok(())
    }
}

#[async_trait]
impl Files for Script {
    fn content_key(&self, _: &Message) -> Option<ContentKey> {
        None
    }

    async fn fetch_file(&self, _: &Message, to: &Path) -> Result<(), FetchError> {
        let written = tokio::fs::write(to, b"the file").await;
        written.map_err(|error| FetchError::Failed(error.to_string()))
    }
}

#[async_trait]
impl Groups for Script {
    async fn group(&self, group: &ChatId) -> Result<GroupMetadata, SendError> {
        self.groups_asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        let subject = "Weekend plans".to_owned();
        Ok(GroupMetadata { id: group.clone(), subject, expiration: 0 })
    }

    async fn groups(&self) -> Result<Vec<GroupMetadata>, SendError> {
        not_scripted("groups")
    }
}

#[async_trait]
impl Contacts for Script {
    async fn account(&self, person: &ChatId) -> Result<Option<Address>, SendError> {
        self.asked.lock().push(person.clone());
        let busy = |times: usize| times.checked_sub(1);
        if self.busy.fetch_update(Ordering::SeqCst, Ordering::SeqCst, busy).is_ok() {
            return Err(SendError::Busy("it is busy (503)".to_owned()));
        }
        if self.without_account.lock().as_ref() == Some(person) {
            return Ok(None);
        }
        let id = self.spelled.lock().get(person).unwrap_or(person).clone();
        Ok(Some(Address { id, other: None }))
    }
}
