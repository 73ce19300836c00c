//! From WhatsApp's form to what a message says.

use siskin_model::message::Quoted;
use siskin_model::{Body, Content, MessageId};
use waproto::whatsapp as wa;

use super::envelope::Envelope;
use super::{context, kinds, unsupported, unwrap};
use crate::jid::chat_in;

/// What a message says. `None`: nothing that concerns people.
pub(crate) fn read(message: &wa::Message, envelope: &Envelope<'_>) -> Option<Body> {
    let is_view_once = unwrap::is_view_once(message);
    let message = unwrap::innermost(message);
    let content = content(message, envelope)?;
    let context = kinds::context(message);
    Some(Body {
        content,
        forwarding: context.map(context::forwarding).unwrap_or_default(),
        quoted: context.and_then(|context| quoted(context, envelope)),
        is_view_once,
    })
}

/// The content of a message that was taken out of its wrappers.
fn content(message: &wa::Message, envelope: &Envelope<'_>) -> Option<Content> {
    kinds::KINDS
        .iter()
        .find_map(|kind| (kind.read)(message, envelope))
        .or_else(|| unsupported::read(message))
}

/// The message that is answered.
fn quoted(context: &wa::ContextInfo, envelope: &Envelope<'_>) -> Option<Quoted> {
    let id = MessageId::from_text(context::stanza_id(context)?);
    let participant =
        context.participant.as_deref().and_then(chat_in).unwrap_or_else(|| envelope.chat.clone());
    let quoted_envelope = Envelope { sender: &participant, id: &id, by_api: false, ..*envelope };
    // One level: what the quoted message itself answers is of no interest.
    let content = context
        .quoted_message
        .as_option()
        .and_then(|quoted| content(unwrap::innermost(quoted), &quoted_envelope))
        .map(Box::new);
    Some(Quoted { id, participant, content })
}
