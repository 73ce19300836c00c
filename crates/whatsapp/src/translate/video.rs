//! `videoMessage`: videos, GIFs, and the round ones that are recorded in a chat.

use siskin_model::message::{FileKind, OutgoingFile};
use siskin_model::{Content, MessageId};
use wa::message::VideoMessage;
use waproto::whatsapp as wa;

use super::draft::Uploaded;
use super::kind::Kind;
use super::media::{FileInfo, carrying, file, jpeg_bytes, some_text};

pub(super) const KIND: Kind = Kind {
    read: |message, envelope| Some(read(message.video_message.as_option()?, envelope.id)),
    context: |message| message.video_message.as_option()?.context_info.as_option(),
};

pub(super) const ROUND: Kind = Kind {
    read: |message, envelope| Some(read(message.ptv_message.as_option()?, envelope.id)),
    context: |message| message.ptv_message.as_option()?.context_info.as_option(),
};

fn read(video: &VideoMessage, id: &MessageId) -> Content {
    let info = FileInfo {
        kind: FileKind::Video,
        caption: &video.caption,
        name: None,
        mime_type: &video.mimetype,
        thumbnail: video.jpeg_thumbnail.as_deref(),
        is_animated: false,
    };
    file(&info, id)
}

pub(super) fn build(file: &OutgoingFile, uploaded: &Uploaded) -> wa::Message {
    let video = carrying!(VideoMessage, file, uploaded, {
        streaming_sidecar: uploaded.streaming_sidecar.clone(),
        caption: some_text(&file.caption),
        width: file.dimensions.map(|(across, _)| across),
        height: file.dimensions.map(|(_, down)| down),
        seconds: file.seconds,
        gif_playback: file.is_gif.then_some(true),
        jpeg_thumbnail: jpeg_bytes(&file.thumbnail),
    });
    wa::Message { video_message: buffa::MessageField::some(video), ..Default::default() }
}
