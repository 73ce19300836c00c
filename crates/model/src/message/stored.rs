use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Body, MessageId, MessageStatus};
use crate::{ChatId, UnixMillis};

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// Somebody else wrote it.
    Incoming,
    /// The account's owner wrote it on the phone or on another device.
    Phone,
    /// It was sent through this gateway.
    Api,
}

impl Direction {
    /// Whether the account itself wrote it.
    pub const fn is_outgoing(self) -> bool {
        matches!(self, Self::Phone | Self::Api)
    }

    /// The vendor's word: `type` in journals.
    pub const fn as_str(self) -> &'static str {
        if self.is_outgoing() { "outgoing" } else { "incoming" }
    }
}

/// A message as the journal keeps it. `chat`, `id` and `sender` together are its key: ids are
/// unique for one writer in one chat only (engine, `durability_hook.rs`).
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The chat. Persons are kept by phone number wherever that is known.
    pub chat: ChatId,
    /// Its id.
    pub id: MessageId,
    /// Who wrote it; in outgoing ones the own account.
    pub sender: ChatId,
    /// Which way it went.
    pub direction: Direction,
    /// When it was written.
    pub at: UnixMillis,
    /// When the status of an outgoing one last changed; `None`: not since it was written.
    pub status_at: Option<UnixMillis>,
    /// The profile name that the writer had; empty where it is not known.
    pub sender_name: String,
    /// What it says.
    pub body: Body,
    /// WhatsApp's own form of it (an encoded `waproto` `Message`): what quoting, forwarding,
    /// counting votes and fetching its file again take. Empty where it is not known.
    pub raw: Vec<u8>,
    /// How far an outgoing one got.
    pub status: Option<MessageStatus>,
    /// Why it failed, in words; empty if it did not.
    pub description: String,
    /// Whether a later message changed its text.
    pub is_edited: bool,
    /// Whether a later message took it back.
    pub is_deleted: bool,
    /// Whether an incoming one was marked read through us.
    pub is_read: bool,
}

impl Message {
    /// How long a text can be changed (specification, section 1.4).
    pub const EDITABLE: Duration = Duration::from_secs(15 * 60);

    /// A message of which no more is known than this.
    pub fn new(
        chat: ChatId,
        id: MessageId,
        sender: ChatId,
        direction: Direction,
        at: UnixMillis,
        body: Body,
    ) -> Self {
        Self {
            chat,
            id,
            sender,
            direction,
            at,
            status_at: None,
            sender_name: String::new(),
            body,
            raw: Vec::new(),
            status: None,
            description: String::new(),
            is_edited: false,
            is_deleted: false,
            is_read: false,
        }
    }
}
