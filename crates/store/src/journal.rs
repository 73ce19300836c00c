use async_trait::async_trait;
use siskin_green_api::Notification;
use siskin_model::{Body, ChatId, InstanceId, Message, MessageId, Receipt, StoredFile, UnixMillis};

use crate::Result;

/// A message to be recorded, with everything that is recorded if it is a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The message.
    pub message: Message,
    /// What its owner is told.
    pub notification: Option<Notification>,
    /// The file that it brought, still to be fetched.
    pub file: Option<StoredFile>,
    /// What it changes in an earlier message.
    pub amendment: Option<Amendment>,
    /// What becomes of a message that is there already under the same key.
    pub replacement: Replacement,
}

/// What becomes of a message that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replacement {
    /// It stays, and nothing else of the entry is recorded either: the message came again.
    #[default]
    Never,
    /// It is replaced if WhatsApp's own form of it is not known and that of the new one is: it
    /// could not be decrypted before, and now it can. Then the entry is recorded as a new one
    /// is, in the old one's place; what was done to the old one since then (marked read,
    /// edited, taken back) stays.
    Unreadable,
}

/// What a message changes in an earlier one of the same chat: the first with that id which it
/// may change ([`Amendment::may_change`]). If there is none, nothing is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    /// The earlier message.
    pub target: MessageId,
    /// Its new body, if it was edited; else it was taken back.
    pub edited: Option<Body>,
    /// Whether an administrator of the group asks for it.
    pub by_admin: bool,
}

impl Amendment {
    /// Whether it may change a message of that writer when it comes with the message `by`.
    ///
    /// Nobody edits what somebody else wrote. In a group an administrator may take it back.
    pub fn may_change(&self, by: &Message, writer: &ChatId, is_outgoing: bool) -> bool {
        let is_own = by.sender == *writer || (by.direction.is_outgoing() && is_outgoing);
        is_own || (self.edited.is_none() && self.by_admin && by.chat.is_group())
    }
}

/// Which messages are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Those of a chat.
    Chat(ChatId),
    /// Those of all chats that are not older than a moment: outgoing or incoming ones.
    Since {
        /// Which of both.
        outgoing: bool,
        /// The moment.
        since: UnixMillis,
    },
}

/// A place in a listing: that of a message that was given already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The message's time.
    pub at: UnixMillis,
    /// The store's own count of what was recorded.
    pub seq: i64,
}

/// A part of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The messages.
    pub messages: Vec<Message>,
    /// Where the next part goes on; `None`: there are no more.
    pub next: Option<Position>,
}

/// What became of an [`Entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Whether the message is new, or has taken the place of one that could not be decrypted.
    pub is_new: bool,
    /// The handle of its notification.
    pub receipt: Option<Receipt>,
}

/// The messages of all chats, in the order in which they were recorded.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Records messages, all or none, in order: what `Ok` tells of survives the end of the
    /// process and a power cut. A message that is there already (same chat, writer and id)
    /// is left alone with all that belongs to its entry. An unknown instance records
    /// nothing.
    async fn record(&self, id: InstanceId, entries: Vec<Entry>) -> Result<Vec<Recorded>>;

    /// One message. Where two writers of a chat use the same id, the first one.
    async fn message(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<Message>>;

    /// The messages of a listing, the newest first by their time, at most `count` of those
    /// behind a position. Of the same time, here and below, the one that was recorded last is
    /// the newest.
    async fn page(
        &self,
        id: InstanceId,
        listing: &Listing,
        behind: Option<Position>,
        count: u32,
    ) -> Result<Page>;

    /// The newest messages of a chat, newest first, at most `count`.
    async fn chat_messages(
        &self,
        id: InstanceId,
        chat: &ChatId,
        count: u32,
    ) -> Result<Vec<Message>> {
        Ok(self.page(id, &Listing::Chat(chat.clone()), None, count).await?.messages)
    }

    /// The messages of all chats that are not older than `since`, newest first, at most
    /// `count`: incoming or outgoing ones.
    async fn messages_since(
        &self,
        id: InstanceId,
        outgoing: bool,
        since: UnixMillis,
        count: u32,
    ) -> Result<Vec<Message>> {
        Ok(self.page(id, &Listing::Since { outgoing, since }, None, count).await?.messages)
    }

    /// The newest incoming messages of a chat that are not marked read, newest first, at
    /// most `count`.
    async fn unread(&self, id: InstanceId, chat: &ChatId, count: u32) -> Result<Vec<Message>>;

    /// Marks incoming messages of a chat read; ids that are not there are ignored.
    async fn mark_read(&self, id: InstanceId, chat: &ChatId, messages: &[MessageId]) -> Result<()>;

    /// Marks a message as removed from the account's own devices; one that is not there is
    /// ignored.
    async fn mark_deleted(&self, id: InstanceId, chat: &ChatId, message: &MessageId) -> Result<()>;
}
