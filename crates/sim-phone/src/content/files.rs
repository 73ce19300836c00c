//! Messages with a file.

use serde_json::{Map, Value, json};
use waproto::whatsapp as wa;

use super::json::{base64, object};

type Described<'a> = (&'static str, Map<String, Value>, Option<&'a wa::ContextInfo>);

pub(super) fn describe_file(message: &wa::Message) -> Option<Described<'_>> {
    if let Some(image) = message.image_message.as_option() {
        return Some(("image", image_fields(image), image.context_info.as_option()));
    }
    if let Some(video) = message.video_message.as_option() {
        return Some(("video", video_fields(video), video.context_info.as_option()));
    }
    if let Some(note) = message.ptv_message.as_option() {
        return Some(("videoNote", video_fields(note), note.context_info.as_option()));
    }
    if let Some(audio) = message.audio_message.as_option() {
        let kind = if audio.ptt == Some(true) { "voice" } else { "audio" };
        return Some((kind, audio_fields(audio), audio.context_info.as_option()));
    }
    if let Some(document) = message.document_message.as_option() {
        return Some(("document", document_fields(document), document.context_info.as_option()));
    }
    let sticker = message.sticker_message.as_option()?;
    Some(("sticker", sticker_fields(sticker), sticker.context_info.as_option()))
}

/// Where an encrypted file is and what opens it.
struct Reference<'a> {
    url: Option<&'a String>,
    direct_path: Option<&'a String>,
    media_key: Option<&'a Vec<u8>>,
    sha256: Option<&'a Vec<u8>>,
    enc_sha256: Option<&'a Vec<u8>>,
    length: Option<u64>,
}

/// The fields of any file.
macro_rules! reference {
    ($file:expr) => {
        Reference {
            url: $file.url.as_ref(),
            direct_path: $file.direct_path.as_ref(),
            media_key: $file.media_key.as_ref(),
            sha256: $file.file_sha256.as_ref(),
            enc_sha256: $file.file_enc_sha256.as_ref(),
            length: $file.file_length,
        }
    };
}

impl Reference<'_> {
    fn fields(&self) -> Map<String, Value> {
        object(json!({
            "size": self.length,
            "url": self.url,
            "directPath": self.direct_path,
            "mediaKey": base64(self.media_key.map(Vec::as_slice)),
            "fileSha256": base64(self.sha256.map(Vec::as_slice)),
            "fileEncSha256": base64(self.enc_sha256.map(Vec::as_slice)),
        }))
    }
}

fn with(reference: Reference<'_>, fields: Value) -> Map<String, Value> {
    let mut all = reference.fields();
    all.extend(object(fields));
    all
}

fn image_fields(image: &wa::message::ImageMessage) -> Map<String, Value> {
    with(
        reference!(image),
        json!({
            "mimeType": image.mimetype,
            "caption": image.caption,
            "width": image.width,
            "height": image.height,
            "thumbnail": base64(image.jpeg_thumbnail.as_deref()),
        }),
    )
}

fn video_fields(video: &wa::message::VideoMessage) -> Map<String, Value> {
    with(
        reference!(video),
        json!({
            "mimeType": video.mimetype,
            "caption": video.caption,
            "width": video.width,
            "height": video.height,
            "seconds": video.seconds,
            "gif": video.gif_playback.unwrap_or(false),
            "thumbnail": base64(video.jpeg_thumbnail.as_deref()),
        }),
    )
}

fn audio_fields(audio: &wa::message::AudioMessage) -> Map<String, Value> {
    with(
        reference!(audio),
        json!({
            "mimeType": audio.mimetype,
            "seconds": audio.seconds,
            "ptt": audio.ptt.unwrap_or(false),
            "waveform": base64(audio.waveform.as_deref()),
        }),
    )
}

fn document_fields(document: &wa::message::DocumentMessage) -> Map<String, Value> {
    with(
        reference!(document),
        json!({
            "mimeType": document.mimetype,
            "fileName": document.file_name,
            "title": document.title,
            "caption": document.caption,
            "pageCount": document.page_count,
            "thumbnail": base64(document.jpeg_thumbnail.as_deref()),
        }),
    )
}

fn sticker_fields(sticker: &wa::message::StickerMessage) -> Map<String, Value> {
    with(
        reference!(sticker),
        json!({
            "mimeType": sticker.mimetype,
            "width": sticker.width,
            "height": sticker.height,
            "animated": sticker.is_animated.unwrap_or(false),
            "thumbnail": base64(sticker.png_thumbnail.as_deref()),
        }),
    )
}
