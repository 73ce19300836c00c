//! `documentMessage`.

use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::DocumentMessage;
use waproto::whatsapp as wa;

use super::Uploaded;
use super::kinds::Kind;
use super::media::{Facts, carrying, file, jpeg_bytes, some_text};

pub(super) const KIND: Kind = Kind {
    read: |message, frame| {
        let document = message.document_message.as_option()?;
        let facts = Facts {
            kind: FileKind::Document,
            caption: &document.caption,
            name: document.file_name.as_deref().or(document.title.as_deref()),
            mime_type: &document.mimetype,
            thumbnail: document.jpeg_thumbnail.as_deref(),
            is_animated: false,
        };
        Some(file(&facts, frame.id))
    },
    context: |message| message.document_message.as_option()?.context_info.as_option(),
};

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let document = carrying!(DocumentMessage, file, uploaded, {
        title: Some(file.name.clone()),
        file_name: Some(file.name.clone()),
        caption: some_text(&file.caption),
        jpeg_thumbnail: jpeg_bytes(&file.thumbnail),
    });
    wa::Message { document_message: buffa::MessageField::some(document), ..Default::default() }
}

/// A document with a caption goes into a wrapper that older clients do not open, so that they
/// do not show it without.
pub(super) fn wrap(message: wa::Message) -> wa::Message {
    let caption =
        message.document_message.as_option().and_then(|document| document.caption.as_ref());
    if caption.is_none() {
        return message;
    }
    let wrapper = wa::message::FutureProofMessage { message: buffa::MessageField::some(message) };
    wa::Message {
        document_with_caption_message: buffa::MessageField::some(wrapper),
        ..Default::default()
    }
}
