//! What a message says, in one form for both directions: what came from WhatsApp is
//! translated into it, what was sent is reported from it, and the vendor's JSON is drawn from
//! it. Messages are kept in this form, as JSON: a name that changes has to be read back under
//! its old one too.

use serde::{Deserialize, Serialize};

use super::MessageId;
use super::buttons::{
    Buttons, ButtonsResponse, InteractiveButtons, InteractiveButtonsReply, List, ListResponse,
    Template, TemplateReply,
};
use crate::{ChatId, FileName, FileToken, MimeType};

/// A message without its envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// What it says.
    pub content: Content,
    /// Whether it was forwarded.
    #[serde(default)]
    pub forwarding: Forwarding,
    /// The message that it answers.
    #[serde(default)]
    pub quoted: Option<Quoted>,
    /// Whether it is to be seen once only.
    #[serde(default)]
    pub is_view_once: bool,
}

/// How often a message was forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Forwarding {
    /// WhatsApp's counter.
    pub score: u32,
    /// Whether it is a forwarded copy.
    pub is_forwarded: bool,
}

/// The message that another one answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quoted {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it.
    pub participant: ChatId,
    /// What it says, where the answer carries that.
    pub content: Option<Box<Content>>,
}

/// A kind of message with its data. The variants have the names of `typeMessage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Content {
    /// `textMessage`.
    Text(Text),
    /// `extendedTextMessage`: a text with a link, or one that was sent through the API.
    ExtendedText(ExtendedText),
    /// `imageMessage`, `videoMessage`, `audioMessage`, `documentMessage`, `stickerMessage`.
    File(FileContent),
    /// `reactionMessage`.
    Reaction(Reaction),
    /// `locationMessage`.
    Location(Location),
    /// `contactMessage`.
    Contact(Card),
    /// `contactsArrayMessage`.
    Contacts(Vec<Card>),
    /// `pollMessage`.
    Poll(Poll),
    /// `pollUpdateMessage`.
    PollUpdate(PollUpdate),
    /// `editedMessage`.
    Edited(Edited),
    /// `deletedMessage`.
    Deleted(Deleted),
    /// `groupInviteMessage`.
    GroupInvite(GroupInvite),
    /// `buttonsMessage`.
    Buttons(Buttons),
    /// `listMessage`.
    List(List),
    /// `templateMessage`.
    Template(Template),
    /// `interactiveButtons`.
    InteractiveButtons(InteractiveButtons),
    /// `interactiveButtonsReply`.
    InteractiveButtonsReply(InteractiveButtonsReply),
    /// `buttonsResponseMessage`.
    ButtonsResponse(ButtonsResponse),
    /// `templateButtonsReplyMessage`.
    TemplateReply(TemplateReply),
    /// `listResponseMessage`.
    ListResponse(ListResponse),
    /// Something that WhatsApp has and the vendor's vocabulary has not.
    Unsupported(Unsupported),
}

/// A plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Whether it came out of a template.
    #[serde(default)]
    pub is_template: bool,
}

/// A text with what is known of the link in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExtendedText {
    /// The text.
    pub text: String,
    /// The page's description.
    pub description: String,
    /// The page's title.
    pub title: String,
    /// WhatsApp's `previewType`.
    pub preview_type: PreviewType,
    /// A small JPEG, base64; empty where there is none.
    pub thumbnail: String,
    /// The advertisement that the writer came from.
    #[serde(default)]
    pub ad: Option<Ad>,
}

/// How WhatsApp shows a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PreviewType {
    /// As a link.
    #[default]
    None,
    /// As a video.
    Video,
    /// As a placeholder.
    Placeholder,
    /// As an image.
    Image,
}

/// Where somebody who clicked on an advertisement came from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ad {
    /// Whether the business greets by itself.
    pub contains_auto_reply: bool,
    /// `NONE`, `IMAGE` or `VIDEO`.
    pub media_type: String,
    /// Whether the advertisement is shown above the text.
    pub show_ad_attribution: bool,
    /// The advertisement's number.
    pub source_id: String,
    /// `ad` or `post`.
    pub source_type: String,
    /// Its address.
    pub source_url: String,
    /// The address of its picture.
    pub thumbnail_url: String,
}

/// What kind of file a message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// `imageMessage`.
    Image,
    /// `videoMessage`, GIFs included.
    Video,
    /// `audioMessage`, voice messages included.
    Audio,
    /// `documentMessage`.
    Document,
    /// `stickerMessage`.
    Sticker,
}

/// A message with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileContent {
    /// What kind of file.
    pub kind: FileKind,
    /// Where our copy is, or will be once it is fetched. `None`: there is none and there will
    /// be none, as with a quoted file that was never seen.
    pub file: Option<FileToken>,
    /// Whether it is larger than what is fetched: marked `{{SWE002}}`.
    #[serde(default)]
    pub too_large: bool,
    /// The text below it.
    pub caption: String,
    /// Its name; empty where it has none and the link's last part stands for it.
    pub file_name: FileName,
    /// Its MIME type.
    pub mime_type: MimeType,
    /// A small JPEG, base64; empty where there is none.
    pub thumbnail: String,
    /// Whether a sticker moves.
    #[serde(default)]
    pub is_animated: bool,
}

/// A reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji; empty: the reaction was taken back.
    pub text: String,
    /// The message.
    pub target: MessageId,
    /// Who wrote that message.
    pub participant: ChatId,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Location {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// A small JPEG of the map, base64; empty where there is none.
    pub thumbnail: String,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// The name.
    pub display_name: String,
    /// The vCard.
    pub vcard: String,
}

/// A poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// The question.
    pub name: String,
    /// The answers to choose from.
    pub options: Vec<String>,
    /// Whether several may be chosen.
    pub multiple_answers: bool,
}

/// What one person has voted for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollUpdate {
    /// The poll's message.
    pub target: MessageId,
    /// The question; empty where the poll is not known.
    pub name: String,
    /// The poll's options, each with this voter or without.
    pub votes: Vec<Vote>,
    /// Whether several may be chosen.
    pub multiple_answers: bool,
}

/// Who has chosen an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The option.
    pub option: String,
    /// Who chose it.
    pub voters: Vec<ChatId>,
}

/// A change of an earlier message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// The message.
    pub target: MessageId,
    /// Its new text or caption.
    pub text: String,
    /// Whether it is the caption of a file.
    pub is_caption: bool,
}

/// An earlier message that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The message.
    pub target: MessageId,
}

/// An invitation to a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInvite {
    /// The group.
    pub group: ChatId,
    /// The code that opens it.
    pub code: String,
    /// Until when, in UNIX seconds.
    pub expires: i64,
    /// The group's name.
    pub group_name: String,
    /// The text below it.
    pub caption: String,
    /// A small JPEG, base64; empty where there is none.
    pub thumbnail: String,
}

/// A kind of message that has no place in the vendor's vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    /// WhatsApp's name of it, such as `eventMessage`.
    pub kind: String,
    /// What text it has; may be empty.
    pub text: String,
}

impl Content {
    /// The text of a text message of either kind.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.text),
            Self::ExtendedText(text) => Some(&text.text),
            _ => None,
        }
    }

    /// The file that it carries.
    pub fn file(&self) -> Option<&FileContent> {
        match self {
            Self::File(file) => Some(file),
            _ => None,
        }
    }
}

impl Body {
    /// A message that answers none and was not forwarded.
    pub fn new(content: Content) -> Self {
        Self { content, forwarding: Forwarding::default(), quoted: None, is_view_once: false }
    }
}
