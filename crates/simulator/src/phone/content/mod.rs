//! What stands in a message: how it is shown, and how it is written.

mod bubbles;
mod describe;
mod files;
mod write;

use waproto::whatsapp as wa;

pub(crate) use describe::describe;
pub(crate) use write::{Context, Draft, Quoted, Target};

/// Wrappers inside wrappers that are looked through; real clients nest two.
const MAX_NESTING: usize = 8;

/// A message without what it is wrapped in.
pub(crate) struct Innermost<'a> {
    pub(crate) message: &'a wa::Message,
    pub(crate) ephemeral: bool,
    pub(crate) view_once: bool,
}

/// Looks through the wrappers of a message.
pub(crate) fn innermost(message: &wa::Message) -> Innermost<'_> {
    let mut found = Innermost { message, ephemeral: false, view_once: false };
    for _ in 0..MAX_NESTING {
        let message = found.message;
        let ephemeral = message.ephemeral_message.as_option();
        let view_once = message
            .view_once_message
            .as_option()
            .or_else(|| message.view_once_message_v2.as_option())
            .or_else(|| message.view_once_message_v2_extension.as_option());
        let plain = message
            .document_with_caption_message
            .as_option()
            .or_else(|| message.edited_message.as_option())
            .or_else(|| message.group_mentioned_message.as_option())
            .or_else(|| message.group_status_message.as_option())
            .or_else(|| message.lottie_sticker_message.as_option());
        let wrapper = ephemeral.or(view_once).or(plain);
        let Some(inner) = wrapper.and_then(|wrapper| wrapper.message.as_option()) else {
            break;
        };
        found.ephemeral |= ephemeral.is_some();
        found.view_once |= view_once.is_some();
        found.message = inner;
    }
    found
}

/// The poll that a message begins.
pub(crate) fn poll(message: &wa::Message) -> Option<&wa::message::PollCreationMessage> {
    message
        .poll_creation_message
        .as_option()
        .or_else(|| message.poll_creation_message_v2.as_option())
        .or_else(|| message.poll_creation_message_v3.as_option())
        .or_else(|| message.poll_creation_message_v5.as_option())
}

/// The `type` of the stanza that carries a message.
pub(crate) fn stanza_type(message: &wa::Message) -> &'static str {
    wacore::send::stanza_type_from_message(message)
}

/// The `mediatype` beside the encrypted content.
pub(crate) fn media_type(message: &wa::Message) -> Option<&'static str> {
    wacore::send::media_type_from_message(message)
}

/// Whether a client that cannot read the message shows nothing at all.
pub(crate) fn hides_failure(message: &wa::Message) -> bool {
    wacore::send::should_hide_decrypt_fail(message)
}

/// The `edit` attribute of the stanza.
pub(crate) fn edit_attribute(message: &wa::Message) -> Option<&'static str> {
    use wa::message::protocol_message::Type;
    let inner = innermost(message).message;
    if let Some(reaction) = inner.reaction_message.as_option() {
        return reaction.text.as_deref().is_none_or(str::is_empty).then_some("7");
    }
    let protocol = inner.protocol_message.as_option()?;
    match protocol.r#type {
        Some(Type::MESSAGE_EDIT) => Some("1"),
        Some(Type::REVOKE) => {
            let own = protocol.key.as_option().and_then(|key| key.from_me) == Some(true);
            Some(if own { "7" } else { "8" })
        }
        _ => None,
    }
}
