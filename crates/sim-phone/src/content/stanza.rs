//! What a message makes of the stanza that carries it.

use waproto::whatsapp as wa;

use super::innermost::innermost;

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
