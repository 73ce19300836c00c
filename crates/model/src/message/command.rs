//! What callers ask to be sent: accepted into the queue as it is, carried out when its turn
//! comes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::buttons::{Buttons, InteractiveButtons, InteractiveButtonsReply, List, Template};
use super::content::{Card, Content, Deleted, Edited, ExtendedText, FileContent, Location, Poll};
use super::{FileKind, MessageId};
use crate::{ChatId, FileName, FileToken, MimeType, UnixMillis};

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The id that it will have; the caller knows it already.
    pub id: MessageId,
    /// Where it goes.
    pub chat: ChatId,
    /// What is to be sent.
    pub command: Command,
    /// The message of the same chat that it answers.
    pub quoted: Option<MessageId>,
    /// What to show before it is sent.
    pub typing: Option<Typing>,
    /// The method that asked for it, in the spelling of `showMessagesQueue`.
    pub method: String,
    /// The request's body, for `showMessagesQueue`.
    pub request: Value,
    /// The first message of the call that asked for several: `forwardMessages`.
    pub batch: Option<MessageId>,
    /// When it was accepted; also the start of its 24 hours.
    pub accepted: UnixMillis,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// A text.
    Text {
        /// The text.
        text: String,
        /// What to show of the link in it.
        preview: Preview,
    },
    /// A file that is stored here.
    File(OutgoingFile),
    /// A poll.
    Poll(Poll),
    /// A place.
    Location(Location),
    /// A contact.
    Contact(Card),
    /// A copy of a message of the journal.
    Forward {
        /// The chat it is in.
        from: ChatId,
        /// The message.
        message: MessageId,
    },
    /// A message with buttons that copy, call or open.
    InteractiveButtons(InteractiveButtons),
    /// A message with buttons that answer.
    InteractiveButtonsReply(InteractiveButtonsReply),
    /// Deprecated: a message with plain buttons.
    Buttons(Buttons),
    /// Deprecated: a message with template buttons.
    Template(Template),
    /// Deprecated: a message with a list.
    List(List),
    /// A new text for a message that was sent.
    Edit {
        /// The message.
        target: MessageId,
        /// Its new text.
        text: String,
    },
    /// A message to be taken back.
    Delete {
        /// The message.
        target: MessageId,
        /// Whether only on the own devices.
        only_for_me: bool,
    },
}

impl Command {
    /// What it says, as far as that is known before it leaves. `None`: nothing, or it depends
    /// on another message.
    pub fn content(&self) -> Option<Content> {
        Some(match self {
            Self::Text { text, .. } => Content::ExtendedText(ExtendedText {
                text: text.clone(),
                ..ExtendedText::default()
            }),
            Self::File(file) => Content::File(file.content()),
            Self::Poll(poll) => Content::Poll(poll.clone()),
            Self::Location(location) => Content::Location(location.clone()),
            Self::Contact(card) => Content::Contact(card.clone()),
            Self::InteractiveButtons(buttons) => Content::InteractiveButtons(buttons.clone()),
            Self::InteractiveButtonsReply(buttons) => {
                Content::InteractiveButtonsReply(buttons.clone())
            }
            Self::Buttons(buttons) => Content::Buttons(buttons.clone()),
            Self::Template(template) => Content::Template(template.clone()),
            Self::List(list) => Content::List(list.clone()),
            Self::Edit { target, text } => Content::Edited(Edited {
                target: target.clone(),
                text: text.clone(),
                is_caption: false,
            }),
            Self::Delete { target, only_for_me: false } => {
                Content::Deleted(Deleted { target: target.clone() })
            }
            // What is done on the own devices says nothing to anybody.
            Self::Forward { .. } | Self::Delete { only_for_me: true, .. } => return None,
        })
    }
}

impl OutgoingFile {
    fn content(&self) -> FileContent {
        FileContent {
            kind: self.kind,
            file: Some(self.file.clone()),
            too_large: false,
            caption: self.caption.clone(),
            file_name: self.name.clone(),
            mime_type: self.mime_type.clone(),
            thumbnail: self.thumbnail.clone(),
            is_animated: self.is_animated,
        }
    }
}

/// A stored file to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutgoingFile {
    /// Where it is stored.
    pub file: FileToken,
    /// Its name, with extension.
    pub name: FileName,
    /// The text below it; empty: none.
    pub caption: String,
    /// How it is shown, by its real type.
    pub kind: FileKind,
    /// Its real MIME type.
    pub mime_type: MimeType,
    /// Whether an audio is a voice message.
    pub is_voice: bool,
    /// Whether a video is shown as a GIF.
    pub is_gif: bool,
    /// Whether a sticker moves.
    pub is_animated: bool,
    /// Pixels across and down, of pictures and videos.
    pub dimensions: Option<(u32, u32)>,
    /// Whole seconds, of audio and video.
    pub seconds: Option<u32>,
    /// A small JPEG, base64; empty where there is none.
    pub thumbnail: String,
}

/// What to show of the link in a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Preview {
    /// Nothing.
    Off,
    /// What the page says of itself.
    Page {
        /// Whether the picture is shown large.
        large: bool,
    },
    /// What the caller says.
    Custom(CustomPreview),
}

/// A caller's own preview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomPreview {
    /// The title.
    pub title: String,
    /// The text; may be empty.
    pub description: String,
    /// The link that it opens; empty: the first one in the text.
    pub link: String,
    /// The picture.
    pub image: Option<PreviewImage>,
    /// Whether the picture is shown large.
    pub large: bool,
}

/// Where a preview's picture comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PreviewImage {
    /// An address.
    Url(String),
    /// The picture itself, base64.
    Data(String),
}

/// An indicator that the other side sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// For how long, in milliseconds.
    pub millis: u32,
    /// Which one.
    pub kind: TypingKind,
}

/// Which indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TypingKind {
    /// Writing a text.
    #[default]
    Typing,
    /// Recording a voice message.
    Recording,
}

impl Outgoing {
    /// How long an accepted message waits for its turn before it is dropped (specification,
    /// section 4, number 3).
    pub const LIFETIME: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

    /// Whether it is about another message, or takes something from one.
    pub fn refers_to_another(&self) -> bool {
        let by_command = matches!(
            self.command,
            Command::Forward { .. } | Command::Edit { .. } | Command::Delete { .. }
        );
        by_command || self.quoted.is_some()
    }
}
