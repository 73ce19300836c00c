//! The table of all kinds of messages.

use siskin_model::Content;
use waproto::whatsapp as wa;

use super::{
    Frame, audio, buttons, contact, delete, document, edit, group_invite, image, interactive, list,
    location, poll, reaction, sticker, template, text, video, vote,
};

/// A kind of message.
pub(super) struct Kind {
    /// What a message says, if it is of this kind.
    pub(super) read: fn(&wa::Message, &Frame<'_>) -> Option<Content>,
    /// Its place for what it answers and how often it was forwarded.
    pub(super) context: fn(&wa::Message) -> Option<&wa::ContextInfo>,
}

/// All kinds. A message is of the first one that fits.
pub(super) const KINDS: [Kind; 31] = [
    text::PLAIN,
    text::EXTENDED,
    image::KIND,
    video::KIND,
    video::ROUND,
    audio::KIND,
    document::KIND,
    sticker::KIND,
    reaction::KIND,
    location::KIND,
    location::LIVE,
    contact::ONE,
    contact::SEVERAL,
    poll::V1,
    poll::V2,
    poll::V3,
    poll::V5,
    poll::V6,
    vote::KIND,
    edit::KIND,
    delete::KIND,
    group_invite::KIND,
    buttons::KIND,
    buttons::RESPONSE,
    list::KIND,
    list::RESPONSE,
    template::KIND,
    template::STRUCTURED,
    template::REPLY,
    interactive::KIND,
    interactive::RESPONSE,
];

/// The context of a message of whatever kind.
pub(super) fn context(message: &wa::Message) -> Option<&wa::ContextInfo> {
    KINDS.iter().find_map(|kind| (kind.context)(message))
}
