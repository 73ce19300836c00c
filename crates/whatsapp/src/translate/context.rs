//! What a message answers, and how often it was forwarded.

use siskin_model::MessageId;
use siskin_model::message::Forwarding;
use wacore::proto_helpers::MessageExt as _;
use wacore_binary::Jid;
use waproto::whatsapp as wa;

use super::timer;

pub(super) fn forwarding(context: &wa::ContextInfo) -> Forwarding {
    Forwarding {
        score: context.forwarding_score.unwrap_or_default(),
        is_forwarded: context.is_forwarded.unwrap_or_default(),
    }
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
