use std::path::PathBuf;

use async_trait::async_trait;
use siskin_model::message::Outgoing;
use siskin_model::{Body, ChatId, Message, MessageId, Timer};

use super::error::SendError;

/// Messages that leave, and what becomes of those that are there.
#[async_trait]
pub trait Messages: Send + Sync {
    /// Puts a message into WhatsApp's own form; a file of it is uploaded for that, which may
    /// take as long as the network has it. Nothing is sent yet.
    async fn prepare(&self, outgoing: &Outgoing, parts: Parts) -> Result<Prepared, SendError>;

    /// Sends a prepared message under its id. Returns when it is written to the socket:
    /// whether WhatsApp takes it is told to the inbox
    /// ([`InboxEvent::Acknowledged`](super::InboxEvent::Acknowledged)). Sending the
    /// same again is harmless: WhatsApp knows the id.
    async fn transmit(&self, chat: &ChatId, id: &MessageId, raw: &[u8]) -> Result<(), SendError>;

    /// Removes a message from the account's own devices only.
    async fn delete_for_me(&self, message: &Message) -> Result<(), SendError>;

    /// Tells the writers that incoming messages of a chat were read.
    async fn mark_read(&self, chat: &ChatId, messages: &[Message]) -> Result<(), SendError>;
}

/// What a message is made of beside its command.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The message that it answers.
    pub quoted: Option<Message>,
    /// The message that it forwards, edits or takes back.
    pub source: Option<Message>,
    /// The file that it carries, on disk.
    pub file: Option<PathBuf>,
    /// What is shown of the link in it.
    pub preview: Option<LinkPreview>,
    /// Whom its text may mention, in a group.
    pub mentions: Vec<Mention>,
    /// After what time the messages of its chat disappear, if they do.
    pub timer: Option<Timer>,
}

/// A number behind an "@" in a text to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The digits.
    pub number: String,
    /// Whose it is, if it is a phone number or a LID.
    pub people: Vec<ChatId>,
}

/// What is shown of a link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkPreview {
    /// The link as it stands in the text, or the one that the caller chose.
    pub link: String,
    /// The title.
    pub title: String,
    /// The text; may be empty.
    pub description: String,
    /// A small JPEG; empty where there is none.
    pub thumbnail: Vec<u8>,
    /// The picture to be shown large, as JPEG with its pixels across and down.
    pub large: Option<(Vec<u8>, u32, u32)>,
    /// Whether the page is a video.
    pub is_video: bool,
}

/// A message in WhatsApp's own form, and what it says as others will read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The encoded message.
    pub raw: Vec<u8>,
    /// What it says.
    pub body: Body,
}
