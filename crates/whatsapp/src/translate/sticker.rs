//! `stickerMessage`.

use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::StickerMessage;
use waproto::whatsapp as wa;

use super::Uploaded;
use super::kinds::Kind;
use super::media::{Facts, file};

pub(super) const KIND: Kind = Kind {
    read: |message, frame| {
        let sticker = message.sticker_message.as_option()?;
        let facts = Facts {
            kind: FileKind::Sticker,
            caption: &None,
            name: None,
            mime_type: &sticker.mimetype,
            thumbnail: None,
            is_animated: sticker.is_animated.unwrap_or_default(),
        };
        Some(file(&facts, frame.id))
    },
    context: |message| message.sticker_message.as_option()?.context_info.as_option(),
};

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let sticker = StickerMessage {
        url: Some(uploaded.url.clone()),
        direct_path: Some(uploaded.direct_path.clone()),
        media_key: Some(uploaded.media_key.to_vec()),
        media_key_timestamp: Some(uploaded.media_key_timestamp),
        file_sha256: Some(uploaded.file_sha256.to_vec()),
        file_enc_sha256: Some(uploaded.file_enc_sha256.to_vec()),
        file_length: Some(uploaded.file_length),
        mimetype: Some(file.mime_type.clone()),
        width: file.dimensions.map(|(across, _)| across),
        height: file.dimensions.map(|(_, down)| down),
        is_animated: Some(file.is_animated),
        ..Default::default()
    };
    wa::Message { sticker_message: buffa::MessageField::some(sticker), ..Default::default() }
}
