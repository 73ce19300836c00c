//! `editedMessage`.

use siskin_model::message::Edited;
use siskin_model::{Content, Message, MessageId, Timer};
use wa::message::ProtocolMessage;
use wa::message::protocol_message::Type;
use wacore::proto_helpers::MessageExt as _;
use waproto::whatsapp as wa;

use super::draft::{BuildError, Draft};
use super::kind::Kind;
use super::media::text;
use super::{original, unwrap};
use crate::jid::jid_of;

pub(super) const KIND: Kind = Kind {
    read: |message, _| {
        let protocol = message.protocol_message.as_option()?;
        let edited = protocol.edited_message.as_option()?;
        if protocol.r#type.unwrap_or(Type::MessageEdit) != Type::MessageEdit {
            return None;
        }
        let (text, is_caption) = new_text(unwrap::innermost(edited));
        let target = MessageId::from_text(self::text(&protocol.key.as_option()?.id));
        Some(Content::Edited(Edited { target, text, is_caption }))
    },
    context: |_| None,
};

/// The new text of a message, and whether it is the caption of its file.
fn new_text(message: &wa::Message) -> (String, bool) {
    let caption = [
        message.image_message.as_option().map(|image| &image.caption),
        message.video_message.as_option().map(|video| &video.caption),
        message.document_message.as_option().map(|document| &document.caption),
    ];
    match caption.into_iter().flatten().next() {
        Some(caption) => (text(caption), true),
        None => (message.text_content().unwrap_or_default().to_owned(), false),
    }
}

pub(super) fn build(
    target: &MessageId,
    text: &str,
    draft: &Draft<'_>,
) -> Result<wa::Message, BuildError> {
    let source = draft.parts.source.as_ref().ok_or(BuildError::NoSource)?;
    let chat = jid_of(&draft.outgoing.chat);
    // In a group the writer is named, by the address that the group knows.
    let participant = draft.source_author.as_ref().filter(|_| draft.outgoing.chat.is_group());
    let protocol = ProtocolMessage {
        key: buffa::MessageField::some(wa::MessageKey {
            remote_jid: Some(chat.to_string()),
            from_me: Some(true),
            id: Some(target.as_str().to_owned()),
            participant: participant.map(|author| author.to_non_ad_string()),
        }),
        r#type: Some(Type::MessageEdit),
        edited_message: buffa::MessageField::some(changed(source, text, draft.parts.timer)),
        timestamp_ms: Some(draft.outgoing.accepted.0),
        ..Default::default()
    };
    Ok(wa::Message { protocol_message: buffa::MessageField::some(protocol), ..Default::default() })
}

/// The message with its new text: a file stays and gets another caption.
fn changed(source: &Message, text: &str, timer: Option<Timer>) -> wa::Message {
    let original = original::as_it_stands(source).unwrap_or_default();
    let caption = Some(text.to_owned());
    let mut message = wa::Message::default();
    if let Some(image) = original.image_message.as_option() {
        let image = wa::message::ImageMessage { caption, ..image.clone() };
        message.image_message = buffa::MessageField::some(image);
    } else if let Some(video) = original.video_message.as_option() {
        let video = wa::message::VideoMessage { caption, ..video.clone() };
        message.video_message = buffa::MessageField::some(video);
    } else if let Some(document) = original.document_message.as_option() {
        let document = wa::message::DocumentMessage { caption, ..document.clone() };
        message.document_message = buffa::MessageField::some(document);
    } else {
        message.conversation = caption;
    }
    super::timer::put(&mut message, timer);
    super::document::wrap(message)
}
