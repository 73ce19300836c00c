//! Messages: what they say, where they stand, and how they are asked for.

mod addresses;
mod buttons;
mod command;
mod content;
mod id;
mod mention;
mod status;
mod stored;

pub use buttons::{
    Button, Buttons, ButtonsResponse, InteractiveAction, InteractiveButton, InteractiveButtons,
    InteractiveButtonsReply, List, ListResponse, Row, Section, Template, TemplateAction,
    TemplateButton, TemplateReply,
};
pub use command::{
    Command, CustomPreview, Outgoing, OutgoingFile, Preview, PreviewImage, Typing, TypingKind,
};
pub use content::{
    Ad, Body, Card, Content, Deleted, Edited, ExtendedText, FileContent, FileKind, Forwarding,
    GroupInvite, Location, Poll, PollUpdate, PreviewType, Quoted, Reaction, Text, Unsupported,
    Vote,
};
pub use id::MessageId;
pub use mention::{mentioned, with_mentions};
pub use status::MessageStatus;
pub use stored::{Direction, Message, NotRepeatable};
