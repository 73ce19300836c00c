//! What stands around the content of a message: what it answers, whom it mentions, how long
//! it lasts.

use buffa::{Message as _, MessageField};
use siskin_sim_server::error::Refusal;
use waproto::whatsapp as wa;

/// What a message says beside its content.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) quoted: Option<Quoted>,
    /// JIDs of people.
    pub(crate) mentions: Vec<String>,
    /// How often it was forwarded.
    pub(crate) forwarded: Option<u32>,
    /// Seconds after which it disappears.
    pub(crate) expiration: Option<u32>,
    pub(crate) view_once: bool,
}

/// The message that another one answers.
pub(crate) struct Quoted {
    pub(crate) id: String,
    /// Its author, as JID.
    pub(crate) author: String,
    /// Its protobuf.
    pub(crate) message: Vec<u8>,
}

/// Puts the context into a message, and the message into the wrappers that it asks for.
pub(crate) fn wrap(mut message: wa::Message, context: Context) -> Result<wa::Message, Refusal> {
    let (expiration, view_once) = (context.expiration, context.view_once);
    if let Some(info) = info(context) {
        put(&mut message, info)?;
    }
    let outer = message.message_context_info.take();
    if view_once {
        let wrapper = MessageField::some(future_proof(message));
        message = wa::Message { view_once_message_v2: wrapper, ..Default::default() };
    }
    if expiration.is_some_and(|seconds| seconds > 0) {
        let wrapper = MessageField::some(future_proof(message));
        message = wa::Message { ephemeral_message: wrapper, ..Default::default() };
    }
    message.message_context_info = outer.map(MessageField::some).unwrap_or_default();
    Ok(message)
}

fn future_proof(message: wa::Message) -> wa::message::FutureProofMessage {
    wa::message::FutureProofMessage { message: MessageField::some(message) }
}

fn info(context: Context) -> Option<wa::ContextInfo> {
    let is_empty = context.quoted.is_none()
        && context.mentions.is_empty()
        && context.forwarded.is_none()
        && context.expiration.is_none();
    if is_empty {
        return None;
    }
    let mut info = wa::ContextInfo {
        mentioned_jid: context.mentions,
        is_forwarded: context.forwarded.map(|score| score > 0),
        forwarding_score: context.forwarded,
        expiration: context.expiration,
        ..Default::default()
    };
    if let Some(quoted) = context.quoted {
        let mut original = wa::Message::decode_from_slice(&quoted.message).unwrap_or_default();
        // Secrets stay with the original.
        original.message_context_info = MessageField::none();
        info.stanza_id = Some(quoted.id);
        info.participant = Some(quoted.author);
        info.quoted_message = MessageField::some(original);
    }
    Some(info)
}

/// Puts the context where the kind of message has it. A plain text becomes an extended
/// one.
fn put(message: &mut wa::Message, info: wa::ContextInfo) -> Result<(), Refusal> {
    if let Some(text) = message.conversation.take() {
        let text = wa::message::ExtendedTextMessage { text: Some(text), ..Default::default() };
        message.extended_text_message = MessageField::some(text);
    }
    if let Some(wrapper) = message.document_with_caption_message.as_option_mut()
        && let Some(inner) = wrapper.message.as_option_mut()
    {
        return put(inner, info);
    }
    let Some(place) = place(message) else {
        return Err(Refusal::invalid(
            "A message of this kind cannot quote, mention or be forwarded.",
            "Leave \"quotedId\", \"mentions\", \"forwarded\" and \"expiration\" out.",
        ));
    };
    *place = MessageField::some(info);
    Ok(())
}

fn place(message: &mut wa::Message) -> Option<&mut MessageField<wa::ContextInfo>> {
    macro_rules! first_of {
        ($($field:ident),* $(,)?) => {
            $(
                if message.$field.is_set() {
                    return message.$field.as_option_mut().map(|part| &mut part.context_info);
                }
            )*
        };
    }
    first_of!(
        extended_text_message,
        image_message,
        video_message,
        ptv_message,
        audio_message,
        document_message,
        sticker_message,
        location_message,
        contact_message,
        contacts_array_message,
        poll_creation_message,
        poll_creation_message_v3,
        group_invite_message,
        buttons_message,
        list_message,
        template_message,
        interactive_message,
        buttons_response_message,
        list_response_message,
        template_button_reply_message,
        interactive_response_message,
    );
    None
}
