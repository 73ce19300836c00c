//! What a message answers, and how often it was forwarded.

use siskin_model::MessageId;
use siskin_model::message::{Forwarding, Quoted};
use wacore::proto_helpers::MessageExt as _;
use wacore_binary::Jid;
use waproto::whatsapp as wa;

use super::{Frame, content, timer, unwrap};
use crate::jid::chat_in;

pub(super) fn forwarding(context: &wa::ContextInfo) -> Forwarding {
    Forwarding {
        score: context.forwarding_score.unwrap_or_default(),
        is_forwarded: context.is_forwarded.unwrap_or_default(),
    }
}

pub(super) fn quoted(context: &wa::ContextInfo, frame: &Frame<'_>) -> Option<Quoted> {
    let id = MessageId::from_text(stanza_id(context)?);
    let participant =
        context.participant.as_deref().and_then(chat_in).unwrap_or_else(|| frame.chat.clone());
    let quoted_frame = Frame { sender: &participant, id: &id, by_api: false, ..*frame };
    // One level: what the quoted message itself answers is of no interest.
    let content = context
        .quoted_message
        .as_option()
        .and_then(|quoted| content(unwrap::innermost(quoted), &quoted_frame))
        .map(Box::new);
    Some(Quoted { id, participant, content })
}

/// The id of the message that is answered.
pub(super) fn stanza_id(context: &wa::ContextInfo) -> Option<&str> {
    context.stanza_id.as_deref().filter(|id| !id.is_empty())
}

/// The context of a message that answers another one.
pub(super) fn answering(
    id: &MessageId,
    author: &Jid,
    quoted: Option<wa::Message>,
) -> wa::ContextInfo {
    let quoted = quoted.map(|message| {
        let mut quoted = *message.get_base_message().prepare_for_quote();
        // The secret of a message is for those who have the message, and the timer is its own.
        quoted.message_context_info = buffa::MessageField::none();
        timer::put(&mut quoted, None);
        quoted
    });
    wa::ContextInfo {
        stanza_id: Some(id.as_str().to_owned()),
        participant: Some(author.to_non_ad_string()),
        quoted_message: quoted.map(buffa::MessageField::some).unwrap_or_default(),
        ..Default::default()
    }
}
