//! The table of all kinds of messages.

use waproto::whatsapp as wa;

use super::kind::Kind;
use super::{
    audio, buttons, contact, delete, document, edit, group_invite, image, interactive, list,
    location, poll, reaction, sticker, template, text, video, vote,
};

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
