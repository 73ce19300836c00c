//! Incoming files, and those that are sent.

use serde_json::{Value, json};
use siskin_fleet::port::Parts;
use siskin_model::Content;
use siskin_model::FileToken;
use siskin_model::message::{Command, Direction, FileKind, OutgoingFile};
use waproto::whatsapp as wa;

use super::super::testing::*;
use super::super::{file_reference, unwrap};

fn expected(kind: &str, caption: &str, name: &str, thumbnail: &str, mime_type: &str) -> Value {
    let mut data = json!({
        "downloadUrl": "",
        "caption": caption,
        "fileName": name,
        "jpegThumbnail": thumbnail,
        "mimeType": mime_type,
        "forwardingScore": 0,
        "isForwarded": false,
    });
    if kind == "stickerMessage" {
        data["isAnimated"] = false.into();
    }
    json!({ "typeMessage": kind, "fileMessageData": data })
}

#[test]
fn a_picture_gets_a_name() {
    let image = wa::message::ImageMessage {
        mimetype: some("image/jpeg"),
        caption: some("Front door"),
        jpeg_thumbnail: Some(THUMBNAIL.to_vec()),
        ..Default::default()
    };
    let message = wa::Message { image_message: field(image), ..Default::default() };
    let data = expected("imageMessage", "Front door", "f-0001.jpg", THUMBNAIL_BASE64, "image/jpeg");
    assert_eq!(incoming_data(&message), data);
}

#[test]
fn videos_sounds_and_stickers_are_told() {
    let video = wa::message::VideoMessage {
        mimetype: some("video/mp4"),
        caption: some("Short clip"),
        jpeg_thumbnail: Some(THUMBNAIL.to_vec()),
        ..Default::default()
    };
    let data = expected("videoMessage", "Short clip", "f-0001.mp4", THUMBNAIL_BASE64, "video/mp4");
    let message = wa::Message { video_message: field(video.clone()), ..Default::default() };
    assert_eq!(incoming_data(&message), data);
    let round = wa::Message { ptv_message: field(video), ..Default::default() };
    assert_eq!(incoming_data(&round), data);

    let mime_type = "audio/ogg; codecs=opus";
    let audio = wa::message::AudioMessage {
        mimetype: some(mime_type),
        ptt: Some(true),
        ..Default::default()
    };
    let message = wa::Message { audio_message: field(audio), ..Default::default() };
    let data = expected("audioMessage", "", "f-0001.ogg", "", mime_type);
    assert_eq!(incoming_data(&message), data);

    let sticker =
        wa::message::StickerMessage { mimetype: some("image/webp"), ..Default::default() };
    let message = wa::Message { sticker_message: field(sticker), ..Default::default() };
    let data = expected("stickerMessage", "", "f-0001.webp", "", "image/webp");
    assert_eq!(incoming_data(&message), data);
}

#[test]
fn a_document_keeps_its_name_in_whatever_wrapper() {
    let document = wa::message::DocumentMessage {
        mimetype: some("application/pdf"),
        file_name: some("f-0001.pdf"),
        caption: some("Invoice 42"),
        jpeg_thumbnail: Some(THUMBNAIL.to_vec()),
        ..Default::default()
    };
    let message = wa::Message { document_message: field(document), ..Default::default() };
    let data = expected(
        "documentMessage",
        "Invoice 42",
        "f-0001.pdf",
        THUMBNAIL_BASE64,
        "application/pdf",
    );
    assert_eq!(incoming_data(&message), data);
    let captioned = wa::Message {
        document_with_caption_message: field(wa::message::FutureProofMessage {
            message: field(message),
        }),
        ..Default::default()
    };
    let disappearing = wa::Message {
        ephemeral_message: field(wa::message::FutureProofMessage { message: field(captioned) }),
        ..Default::default()
    };
    assert_eq!(incoming_data(&disappearing), data);
}

fn outgoing_file(kind: FileKind, name: &str, mime_type: &str) -> OutgoingFile {
    OutgoingFile {
        file: FileToken::from_random([1; FileToken::BYTES]),
        name: name.into(),
        caption: "Our shop".to_owned(),
        kind,
        mime_type: mime_type.into(),
        is_voice: false,
        is_gif: false,
        is_animated: false,
        dimensions: Some((640, 480)),
        seconds: Some(7),
        thumbnail: THUMBNAIL_BASE64.to_owned(),
    }
}

#[test]
fn every_kind_of_file_comes_out_as_it_was_sent() {
    let kinds = [
        (FileKind::Image, "imageMessage", "f-0001.png", "image/png", true),
        (FileKind::Video, "videoMessage", "f-0001.mp4", "video/mp4", true),
        (FileKind::Audio, "audioMessage", "f-0001.mp3", "audio/mpeg", false),
        (FileKind::Document, "documentMessage", "f-0001.pdf", "application/pdf", true),
        (FileKind::Sticker, "stickerMessage", "f-0001.webp", "image/webp", false),
    ];
    for (kind, type_message, name, mime_type, has_caption) in kinds {
        let file = outgoing_file(kind, name, mime_type);
        let (message, body) = sent(Command::File(file), &Parts::default());
        let (caption, thumbnail) =
            if has_caption { ("Our shop", THUMBNAIL_BASE64) } else { ("", "") };
        let data = expected(type_message, caption, name, thumbnail, mime_type);
        assert_eq!(message_data(body, Direction::Api), data);
        let reference = file_reference(&message).unwrap();
        assert_eq!((reference.direct_path.as_str(), reference.file_length), ("/v/t62/1", 12));
        assert_eq!(reference.media_key, [1; 32]);
    }
}

#[test]
fn a_file_without_a_caption_needs_no_wrapper() {
    let mut file = outgoing_file(FileKind::Document, "a.pdf", "application/pdf");
    file.caption = String::new();
    let (message, _) = sent(Command::File(file), &Parts::default());
    assert!(message.document_message.is_set());
}

#[test]
fn voice_gifs_and_stickers_say_what_they_are() {
    let voice =
        OutgoingFile { is_voice: true, ..outgoing_file(FileKind::Audio, "a.ogg", "audio/ogg") };
    let (message, _) = sent(Command::File(voice), &Parts::default());
    let audio = message.audio_message.as_option().unwrap();
    assert_eq!((audio.ptt, audio.seconds), (Some(true), Some(7)));
    let gif = OutgoingFile { is_gif: true, ..outgoing_file(FileKind::Video, "a.mp4", "video/mp4") };
    let (message, _) = sent(Command::File(gif), &Parts::default());
    let video = unwrap::innermost(&message).video_message.as_option().unwrap();
    assert_eq!((video.gif_playback, video.width), (Some(true), Some(640)));
    let sticker = OutgoingFile {
        is_animated: true,
        ..outgoing_file(FileKind::Sticker, "a.webp", "image/webp")
    };
    let (_, body) = sent(Command::File(sticker), &Parts::default());
    assert!(matches!(body.content, Content::File(file) if file.is_animated));
}

#[test]
fn a_file_with_a_path_to_another_host_is_told_and_cannot_be_had() {
    for path in ["@evil.test/steal", ".evil.test/x", "//evil.test/x"] {
        let image = wa::message::ImageMessage {
            mimetype: some("image/jpeg"),
            caption: some("Front door"),
            direct_path: some(path),
            media_key: Some(vec![1; 32]),
            ..Default::default()
        };
        let message = wa::Message { image_message: field(image), ..Default::default() };
        let data = expected("imageMessage", "Front door", "f-0001.jpg", "", "image/jpeg");
        assert_eq!(incoming_data(&message), data);
        assert!(file_reference(&message).is_none(), "{path}");
    }
}
