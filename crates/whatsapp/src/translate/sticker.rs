//! `stickerMessage`.

use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::StickerMessage;
use waproto::whatsapp as wa;

use super::draft::Uploaded;
use super::kind::Kind;
use super::media::{FileInfo, carrying, file};

pub(super) const KIND: Kind = Kind {
    read: |message, envelope| {
        let sticker = message.sticker_message.as_option()?;
        let info = FileInfo {
            kind: FileKind::Sticker,
            caption: &None,
            name: None,
            mime_type: &sticker.mimetype,
            thumbnail: None,
            is_animated: sticker.is_animated.unwrap_or_default(),
        };
        Some(file(&info, envelope.id))
    },
    context: |message| message.sticker_message.as_option()?.context_info.as_option(),
};

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let sticker = carrying!(StickerMessage, file, uploaded, {
        width: file.dimensions.map(|(across, _)| across),
        height: file.dimensions.map(|(_, down)| down),
        is_animated: Some(file.is_animated),
    });
    wa::Message { sticker_message: buffa::MessageField::some(sticker), ..Default::default() }
}
