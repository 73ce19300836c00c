//! Messages in WhatsApp's form and in the API's. One kind of message is one file with both
//! directions side by side, and one line in [`kinds::KINDS`].

mod ad;
mod audio;
mod build;
mod buttons;
mod contact;
mod context;
mod delete;
mod document;
mod draft;
mod edit;
mod extension;
mod forward;
mod group_invite;
mod image;
mod interactive;
mod kinds;
mod list;
mod location;
mod media;
mod mention;
mod original;
mod poll;
mod reaction;
mod silent;
mod sticker;
mod template;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod timer;
mod unsupported;
mod unwrap;
mod video;
mod vote;

use siskin_model::{Body, ChatId, Content, MessageId};
use waproto::whatsapp as wa;

pub(crate) use build::build;
pub(crate) use draft::{BuildError, Draft, Uploaded};
pub(crate) use media::{FileReference, file_reference};
pub(crate) use mention::{Member, mention};
pub(crate) use vote::{Ballot, ballot};

/// What has to be known beside a message to read it.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// The own account.
    pub own: Option<&'a ChatId>,
    /// The chat.
    pub chat: &'a ChatId,
    /// Who wrote the message.
    pub sender: &'a ChatId,
    /// Its id.
    pub id: &'a MessageId,
    /// Whether it was sent through the API: such a text is told as one with a link
    /// (specification, section 6).
    pub by_api: bool,
}

/// What a message says. `None`: nothing that concerns people.
pub(crate) fn read(message: &wa::Message, frame: &Frame<'_>) -> Option<Body> {
    let is_view_once = unwrap::is_view_once(message);
    let message = unwrap::innermost(message);
    let content = content(message, frame)?;
    let context = kinds::context(message);
    Some(Body {
        content,
        forwarding: context.map(context::forwarding).unwrap_or_default(),
        quoted: context.and_then(|context| context::quoted(context, frame)),
        is_view_once,
    })
}

/// The content of a message that was taken out of its wrappers.
fn content(message: &wa::Message, frame: &Frame<'_>) -> Option<Content> {
    kinds::KINDS
        .iter()
        .find_map(|kind| (kind.read)(message, frame))
        .or_else(|| unsupported::read(message))
}
