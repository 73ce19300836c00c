use bytes::Bytes;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use siskin_media::{PREVIEW_SIDE, THUMBNAIL_SIDE, shrink};

use crate::fixtures::{encoded, half_red, jpeg_with_orientation};

#[tokio::test]
async fn a_preview_has_a_large_and_a_small_picture() {
    let bytes = Bytes::from(encoded(&half_red(2400, 1260), ImageFormat::Png));
    let large = shrink(bytes.clone(), PREVIEW_SIDE).await.unwrap();
    assert_eq!((large.width, large.height), (1200, 630));
    let small = shrink(bytes, THUMBNAIL_SIDE).await.unwrap();
    assert_eq!((small.width, small.height), (100, 53));
    let decoded = image::load_from_memory_with_format(&small.jpeg, ImageFormat::Jpeg).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (small.width, small.height));
}

#[tokio::test]
async fn it_is_upright_and_never_larger_than_it_was() {
    let bytes = jpeg_with_orientation(&half_red(60, 40), 8);
    let turned = shrink(bytes.into(), 1000).await.unwrap();
    assert_eq!((turned.width, turned.height), (40, 60));
}

#[tokio::test]
async fn a_thumbnail_of_noise_is_small_too() {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(600, 600, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, a, b, c] = state.to_be_bytes();
        Rgb([a, b, c])
    });
    let bytes = encoded(&DynamicImage::from(noise), ImageFormat::Png);
    let small = shrink(bytes.into(), THUMBNAIL_SIDE).await.unwrap();
    assert!(small.jpeg.len() <= 10 * 1024, "{}", small.jpeg.len());
}

#[tokio::test]
async fn what_is_no_picture_is_not_made_smaller() {
    for bytes in [&b""[..], b"text", b"\x89PNG\r\n\x1a\n", b"<svg/>"] {
        assert_eq!(shrink(Bytes::from_static(bytes), 100).await, None);
    }
    let picture = encoded(&half_red(10, 10), ImageFormat::Png);
    assert_eq!(shrink(picture.into(), 0).await, None);
}
