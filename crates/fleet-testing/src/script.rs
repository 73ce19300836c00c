use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use parking_lot::Mutex;
use siskin_model::message::TypingKind;
use siskin_model::{ChatId, MessageId};
use tokio::sync::{Notify, mpsc};

/// What a test has said that a session does, and what the fleet has done with it.
pub(super) struct Script {
    pub(super) withholds_codes: bool,
    pub(super) closed: AtomicBool,
    pub(super) logged_out: AtomicBool,
    pub(super) transmitted: mpsc::UnboundedSender<Transmitted>,
    pub(super) unreadable: AtomicBool,
    pub(super) looked_at: Notify,
    pub(super) read: Mutex<Vec<MessageId>>,
    pub(super) typing: Mutex<Vec<(ChatId, Option<TypingKind>)>>,
    pub(super) without_account: Mutex<Option<ChatId>>,
    pub(super) spelled: Mutex<HashMap<ChatId, ChatId>>,
    pub(super) busy: AtomicUsize,
    pub(super) asked: Mutex<Vec<ChatId>>,
    pub(super) groups_asked: AtomicUsize,
}

/// A message that the fleet has written to a session's socket.
#[derive(Debug, Clone, PartialEq)]
pub struct Transmitted {
    /// Where it goes.
    pub chat: ChatId,
    /// Its id.
    pub id: MessageId,
    /// What it says: the JSON of its [`Body`](siskin_model::Body), which scripted sessions take
    /// for WhatsApp's own form.
    pub raw: Vec<u8>,
}

impl Script {
    /// A session of which nothing was said yet.
    pub(super) fn new(withholds_codes: bool, sent: mpsc::UnboundedSender<Transmitted>) -> Self {
        Self {
            withholds_codes,
            closed: AtomicBool::default(),
            logged_out: AtomicBool::default(),
            transmitted: sent,
            unreadable: AtomicBool::default(),
            looked_at: Notify::default(),
            read: Mutex::default(),
            typing: Mutex::default(),
            without_account: Mutex::default(),
            spelled: Mutex::default(),
            busy: AtomicUsize::default(),
            asked: Mutex::default(),
            groups_asked: AtomicUsize::default(),
        }
    }
}
