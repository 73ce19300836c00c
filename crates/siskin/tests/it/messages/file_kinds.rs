//! A file is shown by the receiver's phone as what it is, and its caption with it.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use super::{Talk, ann, ben};
use crate::stage::BEN;

fn photo(width: u32, height: u32) -> DynamicImage {
    let shade = |value: u32| u8::try_from(value % 256).unwrap();
    RgbImage::from_fn(width, height, |x, y| Rgb([shade(x), shade(y), 90])).into()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn moving_gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let frame = image::Frame::new(photo(40, 30).to_rgba8());
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    encoder.encode_frames([frame.clone(), frame]).unwrap();
    drop(encoder);
    bytes
}

/// MPEG 1, layer 3: a second and a half of nothing.
fn mp3() -> Vec<u8> {
    [&[0xff, 0xfb, 0x90, 0x44][..], &[0; 413]].concat().repeat(57)
}

/// What Ben's phone sees of an upload, and its bytes; and what the owner is told.
async fn uploaded(talk: &Talk, name: &str, caption: &str, bytes: &[u8]) -> (Value, Vec<u8>, Value) {
    let chat = ben();
    let mut fields = vec![("chatId", chat.as_str())];
    if !caption.is_empty() {
        fields.push(("caption", caption));
    }
    let answer = talk.api.upload(&fields, name, bytes.to_vec()).await;
    arrived(talk, answer["idMessage"].as_str().unwrap()).await
}

async fn arrived(talk: &Talk, id: &str) -> (Value, Vec<u8>, Value) {
    let seen = talk.ben_sees(id).await;
    let told = talk.told_of_sent(id).await;
    let bytes = talk.phones.file(BEN, id, &ann()).await;
    let file = told["messageData"]["fileMessageData"].clone();
    let (_, ours) = talk.api.download(file["downloadUrl"].as_str().unwrap()).await;
    assert_eq!(ours, bytes, "what is kept is what was sent");
    assert_eq!(file["mimeType"], seen["mimeType"]);
    (seen, bytes, file)
}

#[tokio::test]
async fn a_picture_stays_a_picture_in_a_format_that_phones_show() {
    let talk = Talk::start().await;
    for (format, name, shown, as_named) in [
        (ImageFormat::WebP, "beach.webp", ImageFormat::Jpeg, "beach.jpg"),
        (ImageFormat::Bmp, "beach.bmp", ImageFormat::Jpeg, "beach.jpg"),
        (ImageFormat::Gif, "beach.gif", ImageFormat::Png, "beach.png"),
        (ImageFormat::Jpeg, "beach.jpg", ImageFormat::Jpeg, "beach.jpg"),
        (ImageFormat::Png, "beach.png", ImageFormat::Png, "beach.png"),
    ] {
        let original = encoded(&photo(120, 80), format);
        let (seen, bytes, file) = uploaded(&talk, name, "The beach", &original).await;
        assert_eq!((&seen["kind"], &seen["caption"]), (&json!("image"), &json!("The beach")));
        assert_eq!(seen["mimeType"], shown.to_mime_type(), "{name}");
        assert_eq!(image::guess_format(&bytes).unwrap(), shown, "{name}");
        assert_eq!((&seen["width"], &seen["height"]), (&json!(120), &json!(80)));
        assert_eq!(file["fileName"], as_named);
        assert_eq!(bytes == original, format == shown, "{name}");
    }
}

#[tokio::test]
async fn a_sticker_is_what_says_so_and_has_no_caption() {
    let talk = Talk::start().await;
    let square = encoded(&photo(512, 512), ImageFormat::WebP);
    let wide = encoded(&photo(512, 300), ImageFormat::WebP);
    for (bytes, name, caption, kind) in [
        (&square, "sticker.webp", "", "sticker"),
        (&square, "sticker.webp", "Look", "image"),
        (&square, "photo", "", "image"),
        (&wide, "photo.webp", "", "image"),
    ] {
        let (seen, sent, _) = uploaded(&talk, name, caption, bytes).await;
        assert_eq!(seen["kind"], kind, "{name}");
        assert_eq!(seen["caption"].as_str().unwrap_or_default(), caption);
        assert_eq!(sent == *bytes, kind == "sticker");
    }
    // What was uploaded stays as it was, whatever is made of it.
    let stored = talk.api.upload_raw("image/webp", "wide.webp", wide.clone()).await;
    let url = stored["urlFile"].as_str().unwrap();
    let body = json!({"chatId": ben(), "urlFile": url, "fileName": "a.webp", "caption": "Wide"});
    let id = talk.send("sendFileByUrl", body).await;
    let (seen, ..) = arrived(&talk, &id).await;
    assert_eq!((&seen["kind"], &seen["caption"]), (&json!("image"), &json!("Wide")));
    assert_eq!(talk.api.download(url).await.1, wide);
}

#[tokio::test]
async fn no_caption_is_lost() {
    let talk = Talk::start().await;
    let moving = moving_gif();
    for (bytes, name, kind) in [
        (&mp3(), "jingle.mp3", "document"),
        (&moving, "dance.gif", "document"),
        (&b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec(), "scan.tif", "document"),
    ] {
        let (seen, sent, told) = uploaded(&talk, name, "Our own", bytes).await;
        assert_eq!((&seen["kind"], &seen["caption"]), (&json!(kind), &json!("Our own")), "{name}");
        assert_eq!((&seen["fileName"], &told["caption"]), (&json!(name), &json!("Our own")));
        assert_eq!(sent, *bytes, "{name}");
    }
    let (seen, ..) = uploaded(&talk, "jingle.mp3", "", &mp3()).await;
    assert_eq!(seen["kind"], "audio");
}
