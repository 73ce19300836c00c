//! An inbox that remembers, and what comes to it.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use parking_lot::Mutex;
use siskin_fleet::port::{History, Inbox, InboxEvent, Received};
use siskin_model::{Account, Address, ChatId, InstanceId, Message, MessageId};
use siskin_store::{Result, StoreError};
use tempfile::TempDir;
use tokio::sync::{Notify, Semaphore};
use wacore::types::events::{Event, InboundMessage};
use wacore::types::message::{MessageInfo, MessageSource};
use wacore_binary::Jid;
use waproto::whatsapp as wa;

use super::Inbound;
use crate::addresses::Addresses;
use crate::keystore::{Keys, Keystore};

pub(super) const OWN: &str = "15550100001@s.whatsapp.net";
pub(super) const OWN_LID: &str = "100000000000001@lid";
pub(super) const ADA: &str = "15550100002@s.whatsapp.net";
pub(super) const ADA_LID: &str = "100000000000002@lid";
pub(super) const GROUP: &str = "120363000000000001@g.us";

/// What an inbox was given, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    Messages(Vec<Received>),
    Event(InboxEvent),
    History(History),
}

/// An inbox that can be told to fail or to wait.
#[derive(Default)]
pub(super) struct FakeInbox {
    pub(super) given: Mutex<Vec<Given>>,
    pub(super) fails: AtomicBool,
    pub(super) waits: AtomicBool,
    pub(super) go_on: Notify,
    pub(super) changed: Notify,
    pub(super) known: Mutex<Vec<Message>>,
}

impl FakeInbox {
    async fn take(&self, given: Vec<Given>) -> Result<()> {
        if self.waits.load(Ordering::SeqCst) {
            self.go_on.notified().await;
        }
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::database("no space left"));
        }
        self.given.lock().extend(given);
        self.changed.notify_waiters();
        Ok(())
    }

    pub(super) fn given(&self) -> Vec<Given> {
        self.given.lock().clone()
    }

    /// Waits until so much was given.
    pub(super) async fn until_given(&self, count: usize) -> Vec<Given> {
        loop {
            let changed = self.changed.notified();
            let given = self.given();
            if given.len() >= count {
                return given;
            }
            changed.await;
        }
    }
}

#[async_trait]
impl Inbox for FakeInbox {
    async fn messages(&self, batch: Vec<Received>) -> Result<()> {
        self.take(vec![Given::Messages(batch)]).await
    }

    async fn events(&self, batch: Vec<InboxEvent>) -> Result<()> {
        self.take(batch.into_iter().map(Given::Event).collect()).await
    }

    async fn history(&self, part: History) -> Result<()> {
        self.take(vec![Given::History(part)]).await
    }

    async fn message(&self, _: &ChatId, id: &MessageId) -> Result<Option<Message>> {
        Ok(self.known.lock().iter().find(|message| message.id == *id).cloned())
    }
}

/// What a session receives, with its inbox and the folder of its keys.
pub(super) struct Setting {
    pub(super) inbound: Arc<Inbound>,
    pub(super) inbox: Arc<FakeInbox>,
    pub(super) keys: Arc<Keys>,
    _folder: TempDir,
}

pub(super) async fn setting() -> Setting {
    let folder = tempfile::tempdir().unwrap();
    let keystore = Keystore::new(folder.path().to_owned());
    let keys = Arc::new(keystore.fresh(InstanceId::FIRST).await.unwrap());
    let inbox = Arc::new(FakeInbox::default());
    let unpacking = Arc::new(Semaphore::new(1));
    let account = || {
        Some(Account {
            phone: "15550100001".parse().unwrap(),
            device: 8,
            lid: Some("100000000000001".to_owned()),
            push_name: "Example Shop".to_owned(),
        })
    };
    let addresses = Arc::new(Addresses::new(keys.clone(), account));
    let inbound = Inbound::new(keys.clone(), addresses, inbox.clone(), unpacking);
    Setting { inbound: Arc::new(inbound), inbox, keys, _folder: folder }
}

pub(super) fn jid(text: &str) -> Jid {
    text.parse().unwrap()
}

pub(super) fn chat(text: &str) -> ChatId {
    ChatId::parse(text).unwrap()
}

pub(super) fn address(id: &str, other: Option<&str>) -> Address {
    Address { id: chat(id), other: other.map(chat) }
}

pub(super) fn text(text: &str) -> wa::Message {
    wa::Message { conversation: Some(text.to_owned()), ..Default::default() }
}

/// Where a message comes from.
pub(super) fn source(chat: &str, sender: &str, is_from_me: bool) -> MessageSource {
    MessageSource {
        chat: jid(chat),
        sender: jid(sender),
        is_from_me,
        is_group: chat.ends_with("@g.us"),
        ..Default::default()
    }
}

pub(super) fn info(id: &str, source: MessageSource) -> MessageInfo {
    MessageInfo {
        id: id.to_owned(),
        source,
        push_name: "Ada Example".to_owned(),
        timestamp: wacore::time::from_secs(1_780_000_000).unwrap(),
        ..Default::default()
    }
}

pub(super) fn inbound(message: wa::Message, info: MessageInfo) -> InboundMessage {
    InboundMessage::builder().message(Arc::new(message)).info(Arc::new(info)).build()
}

pub(super) fn take(setting: &Setting, event: Event) {
    setting.inbound.take(&Arc::new(event));
}
