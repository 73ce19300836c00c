//! `deletedMessage`.

use siskin_model::message::Deleted;
use siskin_model::{Content, MessageId};
use wa::message::ProtocolMessage;
use wa::message::protocol_message::Type;
use waproto::whatsapp as wa;

use super::draft::{BuildError, Draft};
use super::kind::Kind;
use super::media::text;
use crate::jid::jid_of;

pub(super) const KIND: Kind = Kind {
    read: |message, _| {
        let protocol = message.protocol_message.as_option()?;
        if protocol.r#type != Some(Type::Revoke) {
            return None;
        }
        let target = MessageId::from_text(text(&protocol.key.as_option()?.id));
        Some(Content::Deleted(Deleted { target }))
    },
    context: |_| None,
};

pub(super) fn build(target: &MessageId, draft: &Draft<'_>) -> Result<wa::Message, BuildError> {
    let source = draft.parts.source.as_ref().ok_or(BuildError::NoSource)?;
    let from_me = source.direction.is_outgoing();
    if !from_me && !draft.outgoing.chat.is_group() {
        return Err(BuildError::NotOurs);
    }
    // The message of somebody else is named with its writer: an administrator takes it back.
    let author = if from_me { None } else { draft.source_author.as_ref() };
    let protocol = ProtocolMessage {
        key: buffa::MessageField::some(wa::MessageKey {
            remote_jid: Some(jid_of(&draft.outgoing.chat).to_string()),
            from_me: Some(from_me),
            id: Some(target.as_str().to_owned()),
            participant: author.map(|author| author.to_non_ad_string()),
        }),
        r#type: Some(Type::Revoke),
        ..Default::default()
    };
    Ok(wa::Message { protocol_message: buffa::MessageField::some(protocol), ..Default::default() })
}
