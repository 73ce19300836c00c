use async_trait::async_trait;
use siskin_model::{
    Address, Body, CallStatus, ChatId, Message, MessageId, MessageStatus, Timer, UnixMillis,
};
use siskin_store::Result;

/// Takes what a session receives. A session calls it in the order of events, one call after
/// the other; what a call returned `Ok` for is durable, and only then may WhatsApp be told.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Takes decrypted messages, all or none. A batch may come again: what is known already
    /// is left alone.
    async fn messages(&self, batch: Vec<Received>) -> Result<()>;

    /// Takes what else happened, in order. On an error it may come again as a whole.
    async fn events(&self, batch: Vec<InboxEvent>) -> Result<()>;

    /// Takes a part of the history that the phone sends when it is linked.
    async fn history(&self, part: History) -> Result<()>;

    /// A message of the journal, as kept under either address of the chat: votes are
    /// decrypted with the poll that they are for.
    async fn message(&self, chat: &ChatId, id: &MessageId) -> Result<Option<Message>>;
}

/// A decrypted message, of somebody else or of the account's own phone or other devices.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The chat.
    pub chat: Address,
    /// Who wrote it.
    pub sender: Address,
    /// Whether the account itself did.
    pub from_me: bool,
    /// Its id.
    pub id: MessageId,
    /// When it was written.
    pub at: UnixMillis,
    /// The profile name of the writer; empty where it did not come along.
    pub push_name: String,
    /// What it says; no file in it has a place here yet.
    pub body: Body,
    /// WhatsApp's own form of it.
    pub raw: Vec<u8>,
    /// The size of its file in bytes, if it has one.
    pub file_size: Option<u64>,
    /// How far it got, where it comes out of the history.
    pub status: Option<MessageStatus>,
    /// Whether WhatsApp's server, or the account's phone, has seen to it that an administrator
    /// of the group wrote it: only that one may take back what somebody else wrote.
    pub by_admin: bool,
}

/// Something that happened to messages, persons or groups.
#[derive(Debug, Clone, PartialEq)]
pub enum InboxEvent {
    /// WhatsApp's server has taken a message of ours, or refused it.
    Acknowledged {
        /// The message.
        id: MessageId,
        /// When.
        at: UnixMillis,
        /// Why it was refused.
        refused: Option<Refused>,
    },
    /// Messages of the account reached somebody, or were read.
    Receipt {
        /// The chat.
        chat: Address,
        /// The messages.
        ids: Vec<MessageId>,
        /// [`MessageStatus::Delivered`] or [`MessageStatus::Read`].
        status: MessageStatus,
        /// When.
        at: UnixMillis,
    },
    /// Incoming messages of a chat were read on another device of the account.
    ReadElsewhere {
        /// The chat.
        chat: Address,
        /// The messages.
        ids: Vec<MessageId>,
    },
    /// A message came that cannot be decrypted; its writer has been asked to send it again.
    Undecryptable {
        /// The chat.
        chat: Address,
        /// Who wrote it.
        sender: Address,
        /// Whether the account itself did.
        from_me: bool,
        /// Its id.
        id: MessageId,
        /// When it was written.
        at: UnixMillis,
        /// The profile name of the writer; empty where it did not come along.
        push_name: String,
    },
    /// A call rings, was answered or ended.
    Call {
        /// Its id.
        id: String,
        /// Who calls.
        from: Address,
        /// Whether it has a picture; told when it rings.
        is_video: bool,
        /// Whether a group is called; told when it rings.
        is_group: bool,
        /// How it stands.
        status: CallStatus,
        /// When.
        at: UnixMillis,
    },
    /// A person's profile name, or a group's subject, is known or has changed.
    Named {
        /// The person or group.
        who: Address,
        /// The name.
        name: String,
    },
    /// The messages of a chat disappear after another time than before. Of a group only what
    /// WhatsApp's server says.
    Timer {
        /// The chat.
        chat: Address,
        /// The time.
        timer: Timer,
    },
    /// The phone has saved a person, or has not any more (an empty name).
    Contact {
        /// The person.
        who: Address,
        /// The name.
        name: String,
    },
}

/// Why WhatsApp's server refused a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The account is not in the group.
    NotInGroup,
    /// The person has no account.
    NoAccount,
    /// The account may not write to strangers, or not at all, for a time.
    Restricted(String),
    /// Anything else: the server's code.
    Other(String),
}

/// A part of the history: bounded by the session to what is at hand at once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Messages, in any order.
    pub messages: Vec<Received>,
    /// Profile names and group subjects.
    pub names: Vec<(Address, String)>,
    /// After what time the messages of chats disappear.
    pub timers: Vec<(Address, Timer)>,
}
