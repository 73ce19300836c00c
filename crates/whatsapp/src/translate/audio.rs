//! `audioMessage`: sounds and voice messages.

use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::AudioMessage;
use waproto::whatsapp as wa;

use super::Uploaded;
use super::kinds::Kind;
use super::media::{Facts, file};

pub(super) const KIND: Kind = Kind {
    read: |message, frame| {
        let audio = message.audio_message.as_option()?;
        let facts = Facts {
            kind: FileKind::Audio,
            caption: &None,
            name: None,
            mime_type: &audio.mimetype,
            thumbnail: None,
            is_animated: false,
        };
        Some(file(&facts, frame.id))
    },
    context: |message| message.audio_message.as_option()?.context_info.as_option(),
};

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let audio = AudioMessage {
        url: Some(uploaded.url.clone()),
        direct_path: Some(uploaded.direct_path.clone()),
        media_key: Some(uploaded.media_key.to_vec()),
        media_key_timestamp: Some(uploaded.media_key_timestamp),
        file_sha256: Some(uploaded.file_sha256.to_vec()),
        file_enc_sha256: Some(uploaded.file_enc_sha256.to_vec()),
        file_length: Some(uploaded.file_length),
        streaming_sidecar: uploaded.streaming_sidecar.clone(),
        mimetype: Some(file.mime_type.clone()),
        seconds: file.seconds,
        ptt: Some(file.is_voice),
        ..Default::default()
    };
    wa::Message { audio_message: buffa::MessageField::some(audio), ..Default::default() }
}
