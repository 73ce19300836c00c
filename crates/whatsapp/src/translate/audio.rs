//! `audioMessage`: sounds and voice messages.

use siskin_model::message::{FileKind, OutgoingFile};
use wa::message::AudioMessage;
use waproto::whatsapp as wa;

use super::draft::Uploaded;
use super::kind::Kind;
use super::media::{FileInfo, carrying, file};

pub(super) const KIND: Kind = Kind {
    read: |message, envelope| {
        let audio = message.audio_message.as_option()?;
        let info = FileInfo {
            kind: FileKind::Audio,
            caption: &None,
            name: None,
            mime_type: &audio.mimetype,
            thumbnail: None,
            is_animated: false,
        };
        Some(file(&info, envelope.id))
    },
    context: |message| message.audio_message.as_option()?.context_info.as_option(),
};

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let audio = carrying!(AudioMessage, file, uploaded, {
        streaming_sidecar: uploaded.streaming_sidecar.clone(),
        seconds: file.seconds,
        ptt: Some(file.is_voice),
    });
    wa::Message { audio_message: buffa::MessageField::some(audio), ..Default::default() }
}
