//! Messages with a file: it is encrypted and uploaded first, as phones do.

use std::sync::Arc;

use buffa::MessageField;
use serde::Deserialize;
use siskin_sim_server::clock::unix_seconds;
use siskin_sim_server::error::Refusal;
use siskin_sim_server::media::MediaStore;
use wacore::download::MediaType;
use waproto::whatsapp as wa;

use super::bytes::Bytes;
use crate::media::{self, MediaRef};

async fn upload(
    hosts: &Arc<MediaStore>,
    data: Bytes,
    kind: MediaType,
) -> Result<MediaRef, Refusal> {
    Ok(media::upload(hosts, data.0, kind).await?)
}

fn now() -> Option<i64> {
    i64::try_from(unix_seconds()).ok()
}

/// Puts where the file is, and what opens it, into a message.
macro_rules! refer {
    ($message:expr, $file:expr) => {{
        let file: MediaRef = $file;
        $message.url = Some(file.url);
        $message.direct_path = Some(file.direct_path);
        $message.media_key = Some(file.media_key);
        $message.media_key_timestamp = now();
        $message.file_sha256 = Some(file.file_sha256);
        $message.file_enc_sha256 = Some(file.file_enc_sha256);
        $message.file_length = Some(file.file_length);
    }};
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Image {
    data: Bytes,
    mime_type: Option<String>,
    caption: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    thumbnail: Option<Bytes>,
}

impl Image {
    pub(super) async fn write(self, hosts: &Arc<MediaStore>) -> Result<wa::Message, Refusal> {
        let mut image = wa::message::ImageMessage {
            mimetype: Some(self.mime_type.unwrap_or_else(|| "image/jpeg".to_owned())),
            caption: self.caption,
            width: self.width,
            height: self.height,
            jpeg_thumbnail: Bytes::into_inner(self.thumbnail),
            ..Default::default()
        };
        refer!(image, upload(hosts, self.data, MediaType::Image).await?);
        Ok(wa::Message { image_message: MessageField::some(image), ..Default::default() })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Video {
    data: Bytes,
    mime_type: Option<String>,
    caption: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    seconds: Option<u32>,
    gif: Option<bool>,
    thumbnail: Option<Bytes>,
}

impl Video {
    pub(super) async fn write(
        self,
        hosts: &Arc<MediaStore>,
        note: bool,
    ) -> Result<wa::Message, Refusal> {
        let mut video = wa::message::VideoMessage {
            mimetype: Some(self.mime_type.unwrap_or_else(|| "video/mp4".to_owned())),
            caption: self.caption,
            width: self.width,
            height: self.height,
            seconds: self.seconds,
            gif_playback: self.gif,
            jpeg_thumbnail: Bytes::into_inner(self.thumbnail),
            ..Default::default()
        };
        refer!(video, upload(hosts, self.data, MediaType::Video).await?);
        let video = MessageField::some(video);
        Ok(match note {
            true => wa::Message { ptv_message: video, ..Default::default() },
            false => wa::Message { video_message: video, ..Default::default() },
        })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Audio {
    data: Bytes,
    mime_type: Option<String>,
    seconds: Option<u32>,
    waveform: Option<Bytes>,
}

impl Audio {
    pub(super) async fn write(
        self,
        hosts: &Arc<MediaStore>,
        voice: bool,
    ) -> Result<wa::Message, Refusal> {
        let usual = if voice { "audio/ogg; codecs=opus" } else { "audio/mpeg" };
        let mut audio = wa::message::AudioMessage {
            mimetype: Some(self.mime_type.unwrap_or_else(|| usual.to_owned())),
            seconds: self.seconds,
            ptt: Some(voice),
            waveform: Bytes::into_inner(self.waveform),
            ..Default::default()
        };
        refer!(audio, upload(hosts, self.data, MediaType::Audio).await?);
        Ok(wa::Message { audio_message: MessageField::some(audio), ..Default::default() })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Document {
    data: Bytes,
    mime_type: Option<String>,
    file_name: Option<String>,
    title: Option<String>,
    caption: Option<String>,
    page_count: Option<u32>,
    thumbnail: Option<Bytes>,
}

impl Document {
    pub(super) async fn write(self, hosts: &Arc<MediaStore>) -> Result<wa::Message, Refusal> {
        let captioned = self.caption.is_some();
        let mut document = wa::message::DocumentMessage {
            mimetype: Some(self.mime_type.unwrap_or_else(|| "application/octet-stream".to_owned())),
            title: self.title.or_else(|| self.file_name.clone()),
            file_name: self.file_name,
            caption: self.caption,
            page_count: self.page_count,
            jpeg_thumbnail: Bytes::into_inner(self.thumbnail),
            ..Default::default()
        };
        refer!(document, upload(hosts, self.data, MediaType::Document).await?);
        let plain =
            wa::Message { document_message: MessageField::some(document), ..Default::default() };
        if !captioned {
            return Ok(plain);
        }
        // Older clients know no captions of documents; the wrapper keeps them away.
        let wrapper = wa::message::FutureProofMessage { message: MessageField::some(plain) };
        let wrapper = MessageField::some(wrapper);
        Ok(wa::Message { document_with_caption_message: wrapper, ..Default::default() })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Sticker {
    data: Bytes,
    mime_type: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    animated: Option<bool>,
    thumbnail: Option<Bytes>,
}

impl Sticker {
    pub(super) async fn write(self, hosts: &Arc<MediaStore>) -> Result<wa::Message, Refusal> {
        let mut sticker = wa::message::StickerMessage {
            mimetype: Some(self.mime_type.unwrap_or_else(|| "image/webp".to_owned())),
            width: self.width,
            height: self.height,
            is_animated: self.animated,
            png_thumbnail: Bytes::into_inner(self.thumbnail),
            ..Default::default()
        };
        refer!(sticker, upload(hosts, self.data, MediaType::Sticker).await?);
        Ok(wa::Message { sticker_message: MessageField::some(sticker), ..Default::default() })
    }
}
