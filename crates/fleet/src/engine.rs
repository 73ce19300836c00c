//! The port to WhatsApp: what the fleet needs of an engine, in the fleet's words. The crate
//! `whatsapp` implements it; tests have one of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
pub use siskin_media::ContentKey;
use siskin_model::message::{Outgoing, TypingKind};
use siskin_model::{
    Account, Address, Body, ChatId, InstanceId, Message, MessageId, PhoneNumber, Timer,
};
use tokio::sync::mpsc;

use crate::incoming::Inbox;

/// How many events of one session may wait for the instance's task. A session that runs ahead
/// by more ends with what it has told.
pub const EVENT_QUEUE: usize = 64;

/// Opens sessions and owns their keys.
///
/// Every session has keys of its own, in a place of its own: a session that is on its way
/// out cannot touch what its successor has stored.
#[async_trait]
pub trait Engine: Send + Sync {
    /// What is stored for the instance. Leftovers of links that were never completed are
    /// removed on the way. [`EngineError::Disk`]: that cannot be said now.
    async fn stored(&self, instance: InstanceId) -> Result<Stored, EngineError>;

    /// Opens a session with fresh keys that can be linked to a phone.
    async fn open_unlinked(
        &self,
        instance: InstanceId,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError>;

    /// Opens a session with the stored keys of a link.
    async fn open_linked(
        &self,
        instance: InstanceId,
        reports: Reports,
    ) -> Result<Arc<dyn Session>, EngineError>;

    /// Removes every key of the instance. No session of it may be open.
    async fn wipe(&self, instance: InstanceId) -> Result<(), EngineError>;
}

/// Where a session reports to.
#[derive(Clone)]
pub struct Reports {
    /// What happens to the session itself.
    pub events: mpsc::Sender<SessionEvent>,
    /// What it receives.
    pub inbox: Arc<dyn Inbox>,
}

/// The keys that are stored for an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// None of a completed link.
    Nothing,
    /// Those of a link to this account.
    Linked(Account),
    /// Something that cannot be read.
    Unreadable,
}

/// One connection to WhatsApp with one set of keys.
///
/// Ends by [`Session::close`] or [`Session::logout`]; dropping it without is a leak of the
/// socket until the process ends.
#[async_trait]
pub trait Session: Send + Sync {
    /// Asks WhatsApp for a code that links by phone number. Only for an unlinked session;
    /// waits for its socket, bounded.
    async fn pairing_code(&self, phone: &PhoneNumber) -> Result<IssuedCode, EngineError>;

    /// How long ago the last frame came from WhatsApp.
    fn silence(&self) -> Duration;

    /// Drops the socket and opens a new one with the same keys.
    async fn reconnect(&self);

    /// Closes the socket and stops everything that belongs to the session. The keys stay
    /// where they are if they belong to a link and are removed otherwise.
    async fn close(&self);

    /// Tells WhatsApp to forget this device, as far as it can be reached, then closes.
    async fn logout(&self);

    /// Puts a message into WhatsApp's own form; a file of it is uploaded for that, which may
    /// take as long as the network has it. Nothing is sent yet.
    async fn prepare(&self, outgoing: &Outgoing, parts: Parts) -> Result<Prepared, SendError>;

    /// Sends a prepared message under its id. Returns when it is written to the socket:
    /// whether WhatsApp takes it is told to the inbox
    /// ([`Incoming::Acknowledged`](crate::incoming::Incoming::Acknowledged)). Sending the
    /// same again is harmless: WhatsApp knows the id.
    async fn transmit(&self, chat: &ChatId, id: &MessageId, raw: &[u8]) -> Result<(), SendError>;

    /// Removes a message from the account's own devices only.
    async fn delete_for_me(&self, message: &Message) -> Result<(), SendError>;

    /// The account that a number or LID leads to, with both its addresses as far as they are
    /// known: another number than the one asked for where WhatsApp spells it otherwise. `None`:
    /// there is none. Asked once and remembered for a while.
    async fn account(&self, person: &ChatId) -> Result<Option<Address>, SendError>;

    /// What WhatsApp's server knows of a group; remembered for a while.
    async fn group(&self, group: &ChatId) -> Result<GroupFacts, SendError>;

    /// The same of all groups that the account is in, as it is now.
    async fn groups(&self) -> Result<Vec<GroupFacts>, SendError>;

    /// Shows the other side that something is being written; `None`: not any more.
    async fn show_typing(&self, chat: &ChatId, kind: Option<TypingKind>) -> Result<(), SendError>;

    /// Tells the writers that incoming messages of a chat were read.
    async fn mark_read(&self, chat: &ChatId, messages: &[Message]) -> Result<(), SendError>;

    /// What a message says about its file; `None` where it does not say enough to tell whether
    /// two messages have the same.
    fn content_key(&self, message: &Message) -> Option<ContentKey>;

    /// Fetches the file of a message from WhatsApp and writes it to `to`, which is made or
    /// replaced. Where WhatsApp has it no more, the phone is asked to send it again, which
    /// takes up to half a minute.
    async fn fetch_file(&self, message: &Message, to: &Path) -> Result<(), FetchError>;

    /// Says that the account is there, or is not, as `keepOnlineStatus` has it.
    async fn set_presence(&self, available: bool) -> Result<(), SendError>;
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

/// What WhatsApp's server knows of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupFacts {
    /// The group.
    pub id: ChatId,
    /// Its subject.
    pub subject: String,
    /// Seconds after which its messages disappear; 0: never.
    pub expiration: u32,
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

/// A message was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The connection is gone; sending it again when there is one may help.
    #[error("the connection to WhatsApp is gone")]
    Offline,
    /// WhatsApp did not answer, or is too busy; the connection stands. Trying again in a while
    /// may help.
    #[error("WhatsApp did not take it: {0}")]
    Busy(String),
    /// The account is no member of the group, or there is no such group.
    #[error("the account is not in the group")]
    NotInGroup,
    /// The person has no account.
    #[error("the number has no WhatsApp account")]
    NoAccount,
    /// It cannot be sent, now or later.
    #[error("{0}")]
    Impossible(String),
}

/// A file was not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// WhatsApp has it no more and the phone does not send it again.
    #[error("WhatsApp has the file no more")]
    Gone,
    /// It is larger than what is fetched.
    #[error("the file is too large")]
    TooLarge,
    /// It did not come; trying again may help.
    #[error("the file could not be fetched: {0}")]
    Failed(String),
}

/// A pairing code that WhatsApp has accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// Its eight characters.
    pub code: String,
    /// How long it can be typed in.
    pub lifetime: Duration,
}

/// What happens to a session, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum SessionEvent {
    /// A QR code can be scanned for so long.
    Qr {
        /// The text for the picture.
        text: String,
        /// How long WhatsApp accepts it.
        lifetime: Duration,
    },
    /// The last code has expired; this session will not give another one.
    QrExhausted,
    /// The pairing code is of no use any more.
    PairingCodeEnded,
    /// WhatsApp demands a passkey.
    PasskeyRequired,
    /// The phone has accepted and the keys of the link are on disk.
    Paired(Account),
    /// The phone's acceptance could not be verified or completed.
    PairingFailed,
    /// Logged in; told again when the account's profile name becomes known.
    Online(Account),
    /// No connection could be made; the session keeps trying.
    Unreachable,
    /// The server did not prove that it is WhatsApp; the session keeps trying.
    NotTrusted,
    /// The socket is gone; the session is working on a new one.
    Offline,
    /// The session has ended and will not come back by itself.
    Ended(End),
}

/// Why a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The device was removed from the account.
    LoggedOut,
    /// Another connection with the same keys took over.
    Replaced,
    /// The account is locked.
    Banned,
    /// The account is restricted for a time.
    TemporarilyBanned(Duration),
    /// The version of the client is not accepted any more.
    ClientOutdated,
    /// WhatsApp refused and it is not known why; trying again later may help.
    Refused,
    /// The session stopped for a reason of its own; opening another one may help.
    Stopped,
    /// What it received or sent could not be stored. What it has in memory is given up, and
    /// another one begins with what is on disk.
    StoreFailed,
}

/// The engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The keys are missing or damaged.
    #[error("the keys of instance {instance} could not be {action}: {why}")]
    Keys {
        /// Whose.
        instance: InstanceId,
        /// "read", "written" or "removed".
        action: &'static str,
        /// The cause, without any key.
        why: String,
    },
    /// The disk, or the database of the keys, failed; trying again later may help.
    #[error("the keys of instance {instance} could not be {action}, the disk failed: {why}")]
    Disk {
        /// Whose.
        instance: InstanceId,
        /// "read", "written" or "removed".
        action: &'static str,
        /// The cause, without any key.
        why: String,
    },
    /// No connection to WhatsApp within the time that a caller can wait.
    #[error("WhatsApp could not be reached in time")]
    Unreachable,
    /// WhatsApp refused to issue a pairing code.
    #[error("WhatsApp issued no pairing code: {0}")]
    NoPairingCode(String),
    /// The engine failed in a way that has no better name.
    #[error("the WhatsApp engine failed: {0}")]
    Engine(String),
}

// The text of a code links the instance to whoever has it.
impl std::fmt::Debug for IssuedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedCode").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SessionEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Qr { .. } => "Qr",
            Self::QrExhausted => "QrExhausted",
            Self::PairingCodeEnded => "PairingCodeEnded",
            Self::PasskeyRequired => "PasskeyRequired",
            Self::Paired(_) => "Paired",
            Self::PairingFailed => "PairingFailed",
            Self::Online(_) => "Online",
            Self::Unreachable => "Unreachable",
            Self::NotTrusted => "NotTrusted",
            Self::Offline => "Offline",
            Self::Ended(end) => return write!(f, "Ended({end:?})"),
        })
    }
}
