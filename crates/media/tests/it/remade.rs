use image::{DynamicImage, ImageFormat, RgbImage, Rgba, RgbaImage};
use siskin_media::{Examined, examine, remake};
use siskin_model::message::FileKind;

use crate::fixtures::{animated_webp, encoded, half_red, mp3, png_header};

/// What is sent of a file with that name, and its bytes.
async fn sent(bytes: &[u8], name: &str, has_caption: bool) -> (Examined, Vec<u8>) {
    let folder = siskin_testkit::temp_dir().unwrap();
    let path = folder.path().join("file.1.part");
    std::fs::write(&path, bytes).unwrap();
    let instance = crate::instance();
    let seen = examine(instance, &path, &name.into(), None, has_caption).await;
    let seen = if seen.must_be_remade { remake(instance, &path, seen).await } else { seen };
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something is left beside");
    (seen, std::fs::read(&path).unwrap())
}

fn photo(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90])).into()
}

#[tokio::test]
async fn a_photo_becomes_a_jpeg() {
    let photo = photo(300, 200);
    for format in [ImageFormat::WebP, ImageFormat::Bmp] {
        let (seen, bytes) = sent(&encoded(&photo, format), "a", true).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Image, "image/jpeg"));
        assert!(!seen.must_be_remade && !seen.thumbnail.is_empty());
        let shown = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!((seen.dimensions, shown.width()), (Some((300, 200)), 300));
        let (old, new) = (photo.to_rgb8(), shown.to_rgb8());
        let differs = old.pixels().zip(new.pixels()).map(|(a, b)| a.0[0].abs_diff(b.0[0])).max();
        assert!(differs < Some(40), "{differs:?}");
    }
}

#[tokio::test]
async fn what_is_transparent_or_drawn_becomes_a_png() {
    let opaque: DynamicImage = RgbaImage::from_pixel(20, 10, Rgba([9, 9, 9, 255])).into();
    for (image, format) in [
        (half_red(20, 10), ImageFormat::WebP),
        (half_red(20, 10), ImageFormat::Gif),
        (opaque, ImageFormat::Gif),
    ] {
        let (seen, bytes) = sent(&encoded(&image, format), "a.gif", false).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Image, "image/png"));
        let shown = image::load_from_memory_with_format(&bytes, ImageFormat::Png).unwrap();
        assert_eq!(shown.to_rgba8(), image.to_rgba8());
    }
}

#[tokio::test]
async fn what_phones_show_stays_byte_by_byte() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let original = encoded(&half_red(20, 10), format);
        let (seen, bytes) = sent(&original, "a.webp", true).await;
        assert_eq!((seen.kind, bytes), (FileKind::Image, original));
    }
}

#[tokio::test]
async fn a_caption_goes_where_it_is_shown() {
    let sticker = encoded(&half_red(512, 512), ImageFormat::WebP);
    let moving = animated_webp(512, 512);
    for (bytes, name, without, with) in [
        (&sticker, "a.webp", FileKind::Sticker, FileKind::Image),
        (&moving, "a.webp", FileKind::Sticker, FileKind::Document),
        (&mp3(50), "a.mp3", FileKind::Audio, FileKind::Document),
        (&crate::fixtures::opus(2), "a.ogg", FileKind::Audio, FileKind::Document),
    ] {
        assert_eq!(sent(bytes, name, false).await.0.kind, without, "{name}");
        let (seen, _) = sent(bytes, name, true).await;
        assert_eq!(seen.kind, with, "{name}");
        assert!(!seen.is_voice && !seen.is_animated, "{seen:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_made_anew_is_a_document_as_it_was() {
    // Too large to be decoded, and not all there.
    let mut bitmap = encoded(&half_red(4, 4), ImageFormat::Bmp);
    bitmap[18..22].copy_from_slice(&20_000_u32.to_le_bytes());
    bitmap[22..26].copy_from_slice(&20_000_u32.to_le_bytes());
    let (seen, bytes) = sent(&bitmap, "a.bmp", true).await;
    assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Document, "image/bmp"));
    assert_eq!(bytes, bitmap);
    let (seen, _) = sent(&png_header(60_000, 60_000), "a.png", true).await;
    assert_eq!(seen.kind, FileKind::Image);
}
