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

    /// `incoming` or `outgoing`.
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
    /// counting votes and fetching its file again take. As it was first sent: an edit changes
    /// the body. Empty where it is not known, and while the message waits to be sent.
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

/// Why a message is neither quoted nor forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRepeatable {
    /// It was taken back.
    Deleted,
    /// Its writer lets it be seen once.
    ViewOnce,
}

impl NotRepeatable {
    /// What kind of message that is, in words.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Deleted => "a deleted message",
            Self::ViewOnce => "a view-once message",
        }
    }
}

impl Message {
    /// How long a text can be changed (specification, section 1.4).
    pub const EDITABLE: Duration = Duration::from_secs(15 * 60);

    /// Whether it was accepted to be sent and has not begun to leave.
    pub fn is_waiting(&self) -> bool {
        self.direction == Direction::Api
            && self.raw.is_empty()
            && self.status == Some(MessageStatus::Pending)
    }

    /// Whether it was to be sent and never began to leave: nobody has it.
    pub fn never_left(&self) -> bool {
        self.direction == Direction::Api && self.raw.is_empty() && !self.is_waiting()
    }

    /// Whether what it says may be said again: quoted, or forwarded.
    ///
    /// # Errors
    /// Why not.
    pub fn repeatable(&self) -> Result<(), NotRepeatable> {
        match self {
            Self { is_deleted: true, .. } => Err(NotRepeatable::Deleted),
            Self { body: Body { is_view_once: true, .. }, .. } => Err(NotRepeatable::ViewOnce),
            _ => Ok(()),
        }
    }

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Content;
    use crate::message::ExtendedText;

    fn sent() -> Message {
        let chat = ChatId::parse("15550100002@c.us").unwrap();
        let body = Body::new(Content::ExtendedText(ExtendedText::default()));
        let id = MessageId::from_text("3EB0");
        let status = Some(MessageStatus::Pending);
        let (sender, direction) = (chat.clone(), Direction::Api);
        Message { status, ..Message::new(chat, id, sender, direction, UnixMillis(0), body) }
    }

    #[test]
    fn a_message_waits_until_it_has_a_form_or_a_fate() {
        assert!(sent().is_waiting() && !sent().never_left());
        let left = Message { raw: vec![1], ..sent() };
        assert!(!left.is_waiting() && !left.never_left());
        let failed = Message { status: Some(MessageStatus::Failed), ..sent() };
        assert!(!failed.is_waiting() && failed.never_left());
        let unreadable = Message { direction: Direction::Phone, ..sent() };
        assert!(!unreadable.is_waiting() && !unreadable.never_left());
    }

    #[test]
    fn what_was_taken_back_or_is_seen_once_is_not_repeated() {
        assert_eq!(sent().repeatable(), Ok(()));
        let deleted = Message { is_deleted: true, ..sent() };
        assert_eq!(deleted.repeatable(), Err(NotRepeatable::Deleted));
        let mut once = sent();
        once.body.is_view_once = true;
        assert_eq!(once.repeatable(), Err(NotRepeatable::ViewOnce));
    }
}
