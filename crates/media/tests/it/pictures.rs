use image::ImageFormat;
use siskin_model::message::FileKind;

use crate::examined;
use crate::fixtures::{
    animated_gif, animated_webp, encoded, half_red, jpeg_with_orientation, png_header,
};

fn size_of(jpeg: &[u8]) -> (u32, u32) {
    let image = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap();
    (image.width(), image.height())
}

#[tokio::test]
async fn pictures_are_seen_whatever_they_are_called() {
    for (format, mime, must_be_remade) in [
        (ImageFormat::Jpeg, "image/jpeg", false),
        (ImageFormat::Png, "image/png", false),
        (ImageFormat::Gif, "image/gif", true),
        (ImageFormat::Bmp, "image/bmp", true),
        (ImageFormat::WebP, "image/webp", true),
    ] {
        let bytes = encoded(&half_red(400, 200), format);
        let seen = examined(&bytes, "movie.mp4", Some("video/mp4")).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Image, mime));
        assert_eq!(seen.must_be_remade, must_be_remade, "{mime}");
        assert_eq!(seen.dimensions, Some((400, 200)), "{mime}");
        assert_eq!(size_of(&seen.thumbnail), (100, 50), "{mime}");
        assert!(seen.thumbnail.len() < 10 * 1024 && !seen.is_gif && seen.seconds.is_none());
    }
}

#[tokio::test]
async fn a_webp_that_says_it_is_a_sticker_is_one() {
    let still = encoded(&half_red(512, 512), ImageFormat::WebP);
    for (bytes, is_animated) in [(still, false), (animated_webp(512, 512), true)] {
        let seen = examined(&bytes, "sticker.WebP", None).await;
        assert_eq!((seen.kind, seen.is_animated), (FileKind::Sticker, is_animated));
        assert!(!seen.must_be_remade);
        assert_eq!(seen.mime_type.as_str(), "image/webp");
        assert_eq!(seen.dimensions, Some((512, 512)));
        assert_eq!(size_of(&seen.thumbnail), (100, 100));
    }
}

#[tokio::test]
async fn any_other_webp_is_a_picture() {
    let still = |width, height| encoded(&half_red(width, height), ImageFormat::WebP);
    for (bytes, name) in [
        (still(512, 512), "sticker"),
        (still(512, 512), "sticker.png"),
        (still(512, 300), "photo.webp"),
        (still(1024, 1024), "photo.webp"),
    ] {
        let seen = examined(&bytes, name, None).await;
        assert_eq!((seen.kind, seen.must_be_remade), (FileKind::Image, true), "{name}");
    }
}

#[tokio::test]
async fn a_picture_that_moves_is_a_document() {
    for (bytes, name, mime) in [
        (animated_gif(40, 20), "dance.gif", "image/gif"),
        (animated_webp(40, 20), "dance.webp", "image/webp"),
    ] {
        let seen = examined(&bytes, name, None).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Document, mime));
        assert!(!seen.must_be_remade && !seen.is_animated);
        assert_eq!(size_of(&seen.thumbnail), (40, 20), "{name}");
    }
}

#[tokio::test]
async fn a_photo_is_turned_as_its_camera_says() {
    let image = half_red(300, 200);
    for (orientation, size, thumbnail) in
        [(1, (300, 200), (100, 66)), (3, (300, 200), (100, 66)), (6, (200, 300), (66, 100))]
    {
        let bytes = jpeg_with_orientation(&image, orientation);
        let seen = examined(&bytes, "photo.jpg", None).await;
        assert_eq!(seen.dimensions, Some(size), "{orientation}");
        let (width, height) = size_of(&seen.thumbnail);
        assert!(width.abs_diff(thumbnail.0) <= 1 && height.abs_diff(thumbnail.1) <= 1);
    }
}

#[tokio::test]
async fn a_small_picture_keeps_its_size_and_shines_through_to_white() {
    let seen = examined(&encoded(&half_red(40, 20), ImageFormat::Png), "a.png", None).await;
    let thumbnail = image::load_from_memory(&seen.thumbnail).unwrap().to_rgb8();
    assert_eq!(thumbnail.dimensions(), (40, 20));
    let [red, green, blue] = thumbnail.get_pixel(35, 10).0;
    assert!(red > 240 && green > 240 && blue > 240, "{red} {green} {blue}");
}

#[tokio::test]
async fn a_large_picture_gets_no_thumbnail() {
    let seen = examined(&encoded(&half_red(3001, 10), ImageFormat::Png), "a.png", None).await;
    assert_eq!((seen.kind, seen.dimensions), (FileKind::Image, Some((3001, 10))));
    assert!(seen.thumbnail.is_empty());
    let seen = examined(&encoded(&half_red(3000, 10), ImageFormat::Png), "a.png", None).await;
    assert!(!seen.thumbnail.is_empty());
}

#[tokio::test]
async fn a_picture_that_claims_to_be_huge_takes_no_memory() {
    let seen = examined(&png_header(60_000, 60_000), "bomb.png", None).await;
    assert!(seen.thumbnail.is_empty(), "{seen:?}");
    let small = siskin_media::shrink(png_header(60_000, 60_000).into(), 100).await;
    assert_eq!(small, None);
}

#[tokio::test]
async fn a_broken_picture_is_a_document() {
    let png = encoded(&half_red(400, 200), ImageFormat::Png);
    for bytes in
        [&png[..20], &png[..60], &png_header(2000, 2000), &b"GIF89a"[..], b"\xff\xd8\xff\xe0"]
    {
        let seen = examined(bytes, "a.png", None).await;
        assert_eq!((seen.kind, seen.dimensions), (FileKind::Document, None), "{seen:?}");
        assert!(seen.mime_type.starts_with("image/") && seen.thumbnail.is_empty(), "{seen:?}");
    }
    let webp = b"RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0";
    let seen = examined(webp, "a.webp", None).await;
    assert_eq!((seen.kind, seen.is_animated), (FileKind::Document, false));
}

#[tokio::test]
async fn what_phones_do_not_show_as_a_picture_is_a_document() {
    for (bytes, name, mime) in [
        (&b"II*\0\x08\0\0\0\0\0\0\0\0\0"[..], "a.tif", "image/tiff"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.heic", "image/heif"),
        (b"%PDF-1.7\n", "a.png", "application/pdf"),
        (b"just text", "a.txt", "text/plain"),
        (b"", "a.jpg", "image/jpeg"),
        (b"", "", "application/octet-stream"),
    ] {
        let seen = examined(bytes, name, None).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Document, mime), "{name}");
    }
}
