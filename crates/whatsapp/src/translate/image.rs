//! `imageMessage`.

use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::ImageMessage;
use waproto::whatsapp as wa;

use super::Uploaded;
use super::kinds::Kind;
use super::media::{Facts, carrying, file, jpeg_bytes, some_text};

pub(super) const KIND: Kind = Kind {
    read: |message, frame| {
        let image = message.image_message.as_option()?;
        let facts = Facts {
            kind: FileKind::Image,
            caption: &image.caption,
            name: None,
            mime_type: &image.mimetype,
            thumbnail: image.jpeg_thumbnail.as_deref(),
            is_animated: false,
        };
        Some(file(&facts, frame.id))
    },
    context: |message| message.image_message.as_option()?.context_info.as_option(),
};

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let image = carrying!(ImageMessage, file, uploaded, {
        caption: some_text(&file.caption),
        width: file.dimensions.map(|(across, _)| across),
        height: file.dimensions.map(|(_, down)| down),
        jpeg_thumbnail: jpeg_bytes(&file.thumbnail),
    });
    wa::Message { image_message: buffa::MessageField::some(image), ..Default::default() }
}
