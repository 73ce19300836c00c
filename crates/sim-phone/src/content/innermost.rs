//! Messages without what they are wrapped in.

use waproto::whatsapp as wa;

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
