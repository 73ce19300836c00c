//! `imageMessage`.

use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::ImageMessage;
use waproto::whatsapp as wa;

use super::draft::Uploaded;
use super::kind::Kind;
use super::media::{FileInfo, carrying, file, jpeg_bytes, some_text};

pub(super) const KIND: Kind = Kind {
    read: |message, envelope| {
        let image = message.image_message.as_option()?;
        let info = FileInfo {
            kind: FileKind::Image,
            caption: &image.caption,
            name: None,
            mime_type: &image.mimetype,
            thumbnail: image.jpeg_thumbnail.as_deref(),
            is_animated: false,
        };
        Some(file(&info, envelope.id))
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
