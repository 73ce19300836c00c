//! `documentMessage`.

use siskin_model::FileName;
use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::DocumentMessage;
use waproto::whatsapp as wa;

use super::draft::Uploaded;
use super::kind::Kind;
use super::media::{FileInfo, carrying, file, jpeg_bytes, some_text};

pub(super) const KIND: Kind = Kind {
    read: |message, envelope| {
        let document = message.document_message.as_option()?;
        let info = FileInfo {
            kind: FileKind::Document,
            caption: &document.caption,
            name: document.file_name.as_deref().or(document.title.as_deref()),
            mime_type: &document.mimetype,
            thumbnail: document.jpeg_thumbnail.as_deref(),
            is_animated: false,
        };
        Some(file(&info, envelope.id))
    },
    context: |message| message.document_message.as_option()?.context_info.as_option(),
};

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let document = carrying!(DocumentMessage, file, uploaded, {
        title: Some(file.name.to_string()),
        file_name: Some(file.name.to_string()),
        caption: some_text(&file.caption),
        jpeg_thumbnail: jpeg_bytes(&file.thumbnail),
    });
    wa::Message { document_message: buffa::MessageField::some(document), ..Default::default() }
}

/// Makes the name of a document one that may be passed on, in whatever wrapper.
pub(super) fn clean_name(message: &mut wa::Message) {
    for wrapper in [&mut message.document_with_caption_message, &mut message.ephemeral_message] {
        let inner = wrapper.as_option_mut().and_then(|wrapper| wrapper.message.as_option_mut());
        if let Some(inner) = inner {
            clean_name(inner);
        }
    }
    if let Some(document) = message.document_message.as_option_mut() {
        for name in [&mut document.file_name, &mut document.title].into_iter().flatten() {
            *name = FileName::new(name).to_string();
        }
    }
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
