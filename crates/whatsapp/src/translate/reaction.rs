//! `reactionMessage`.

use siskin_model::message::Reaction;
use siskin_model::{ChatId, Content, MessageId};
use waproto::whatsapp as wa;

use super::envelope::Envelope;
use super::kind::Kind;
use super::media::text;
use crate::jid::chat_in;

pub(super) const KIND: Kind = Kind {
    read: |message, envelope| {
        let reaction = message.reaction_message.as_option()?;
        let key = reaction.key.as_option()?;
        Some(Content::Reaction(Reaction {
            text: text(&reaction.text),
            target: MessageId::from_text(text(&key.id)),
            participant: author(key, envelope),
        }))
    },
    context: |_| None,
};

/// Who wrote the message that a key names. Keys are written from the view of whoever sends
/// them.
pub(super) fn author(key: &wa::MessageKey, envelope: &Envelope<'_>) -> ChatId {
    if let Some(participant) = key.participant.as_deref().and_then(chat_in) {
        return participant;
    }
    if key.from_me.unwrap_or_default() {
        return envelope.sender.clone();
    }
    let by_us = envelope.own.is_some_and(|own| own == envelope.sender);
    match envelope.own {
        // The other side of a chat of two means us.
        Some(own) if !by_us && !envelope.chat.is_group() => own.clone(),
        _ => envelope.chat.clone(),
    }
}
