//! Pictures: their size, and smaller ones of them.

use std::io::{BufRead, Cursor, Seek};

use bytes::Bytes;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    AnimationDecoder as _, DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage,
};

use crate::workers;

/// The longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 100;
/// The longest side of the large picture of a link preview, in pixels.
pub const PREVIEW_SIDE: u32 = 1200;
/// A picture with a longer side gets no thumbnail (specification, section 1.4).
const LARGEST_SIDE: u32 = 3000;
/// What one picture may take in memory: 3000 by 3000 pixels in the largest format there is.
const LARGEST_DECODED: u64 = 96 * 1024 * 1024;
/// The most bytes of a thumbnail, which travels in every message and every copy of it.
const LARGEST_THUMBNAIL: usize = 10 * 1024;
/// The most bytes of a profile of colours that is kept.
const LARGEST_PROFILE: usize = 64 * 1024;
/// The qualities that are tried for a thumbnail, the best first.
const THUMBNAIL_QUALITIES: [u8; 3] = [60, 40, 20];
/// The quality of larger pictures.
const QUALITY: u8 = 80;

/// A JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its bytes.
    pub jpeg: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Makes a JPEG of a picture in any format that is read here (JPEG, PNG, WebP, GIF, BMP),
/// upright, none of its sides longer than `longest_side`. It is never made larger; what was
/// transparent is white. `None`: it is no such picture, or it would take too much memory.
pub async fn shrink(bytes: Bytes, longest_side: u32) -> Option<Picture> {
    workers::run(None, move || {
        let small = open(Cursor::new(bytes))?.shrunk(longest_side)?;
        let qualities: &[u8] =
            if longest_side > THUMBNAIL_SIDE { &[QUALITY] } else { &THUMBNAIL_QUALITIES };
        let jpeg = encode(&small, qualities)?;
        Some(Picture { jpeg, width: small.width(), height: small.height() })
    })
    .await
    .flatten()
}

/// What is seen of a picture.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Pixels across and down, as shown: what was taken upright is turned.
    pub(crate) dimensions: (u32, u32),
    /// Empty where there is none.
    pub(crate) thumbnail: Vec<u8>,
}

/// Looks at a picture. `None`: it is none, or broken.
pub(crate) fn look(file: impl BufRead + Seek + 'static) -> Option<Seen> {
    let opened = open(file)?;
    let (width, height) = opened.decoder.dimensions();
    let dimensions = if is_turned(opened.orientation) { (height, width) } else { (width, height) };
    if width == 0 || height == 0 {
        return None;
    }
    if width.max(height) > LARGEST_SIDE {
        // Its pixels stay unread, so nobody knows whether they are all there.
        return Some(Seen { dimensions, thumbnail: Vec::new() });
    }
    let small = opened.shrunk(THUMBNAIL_SIDE)?;
    Some(Seen { dimensions, thumbnail: encode(&small, &THUMBNAIL_QUALITIES).unwrap_or_default() })
}

/// Whether a WebP moves, by the flags of its extended header
/// (WebP container specification, "Extended File Format").
pub(crate) fn is_animated_webp(head: &[u8]) -> bool {
    const ANIMATION: u8 = 0b10;
    head.get(12..16) == Some(b"VP8X") && head.get(20).is_some_and(|flags| flags & ANIMATION != 0)
}

/// Whether a GIF moves: it has a second picture.
pub(crate) fn is_animated_gif(file: impl BufRead + Seek) -> bool {
    let Ok(mut decoder) = GifDecoder::new(file) else { return false };
    let fits = decoder.total_bytes() <= LARGEST_DECODED;
    if !fits || decoder.set_limits(limits()).is_err() {
        return false;
    }
    decoder.into_frames().take(2).filter(Result::is_ok).count() == 2
}

/// A picture with all its pixels, upright, and the profile of its colours. `None`: it is none,
/// or would take too much memory.
pub(crate) fn whole(
    file: impl BufRead + Seek + 'static,
) -> Option<(DynamicImage, Option<Vec<u8>>)> {
    let mut opened = open(file)?;
    if opened.decoder.total_bytes() > LARGEST_DECODED {
        return None;
    }
    let profile = opened.decoder.icc_profile().unwrap_or_default();
    let mut image = DynamicImage::from_decoder(opened.decoder).ok()?;
    image.apply_orientation(opened.orientation);
    Some((image, profile.filter(|profile| profile.len() <= LARGEST_PROFILE)))
}

/// A picture whose header is read and whose pixels are not.
struct Opened<D> {
    decoder: D,
    orientation: Orientation,
}

fn open<R: BufRead + Seek + 'static>(source: R) -> Option<Opened<impl ImageDecoder>> {
    let mut reader = ImageReader::new(source).with_guessed_format().ok()?;
    reader.limits(limits());
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Some(Opened { decoder, orientation })
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(LARGEST_DECODED);
    limits
}

impl<D: ImageDecoder> Opened<D> {
    /// The picture itself, upright and no larger than that.
    fn shrunk(self, longest_side: u32) -> Option<RgbImage> {
        // The decoder's limit is for what it needs itself; the result is ours to look after.
        if self.decoder.total_bytes() > LARGEST_DECODED || longest_side == 0 {
            return None;
        }
        let image = DynamicImage::from_decoder(self.decoder).ok()?;
        let is_larger = image.width().max(image.height()) > longest_side;
        let mut small = if is_larger { image.thumbnail(longest_side, longest_side) } else { image };
        small.apply_orientation(self.orientation);
        Some(on_white(&small))
    }
}

fn is_turned(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// JPEG knows no transparency, and what is behind it is often black.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let image = image.to_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, alpha] = image.get_pixel(x, y).0.map(u32::from);
        let over = |value: u32| ((value * alpha + 255 * (255 - alpha)) / 255) as u8;
        Rgb([over(r), over(g), over(b)])
    })
}

/// A JPEG in the first of these qualities that makes it small enough for a thumbnail; in the
/// last one whatever it has.
fn encode(image: &RgbImage, qualities: &[u8]) -> Option<Vec<u8>> {
    let mut jpeg = Vec::new();
    for &quality in qualities {
        jpeg.clear();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(image).ok()?;
        if jpeg.len() <= LARGEST_THUMBNAIL {
            break;
        }
    }
    Some(jpeg)
}
