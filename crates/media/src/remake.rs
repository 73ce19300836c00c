//! Pictures made into formats that phones show.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder};
use siskin_model::InstanceId;
use siskin_model::message::FileKind;

use crate::disk::UNFINISHED;
use crate::examine::Examined;
use crate::{picture, workers};

/// The quality of a photograph that is made anew.
const QUALITY: u8 = 90;

/// Puts a JPEG or PNG of a picture of an instance in its place, and tells what is seen of it
/// then. What cannot be made into one stays and is a document.
pub async fn remake(instance: InstanceId, path: &Path, seen: Examined) -> Examined {
    let path = path.to_owned();
    // Drawings, which GIFs mostly are, do not become better as JPEG.
    let is_drawing = seen.mime_type.essence() == "image/gif";
    let made = workers::run(Some(instance), move || put_anew(&path, is_drawing)).await.flatten();
    let seen = Examined { must_be_remade: false, ..seen };
    match made {
        Some(mime) => Examined { mime_type: mime.into(), ..seen },
        None => Examined { kind: FileKind::Document, ..seen },
    }
}

fn put_anew(path: &Path, is_drawing: bool) -> Option<&'static str> {
    let (image, profile) = picture::whole(BufReader::new(File::open(path).ok()?))?;
    let is_png = is_drawing || !is_opaque(&image);
    let beside = path.with_extension(format!("remade.{UNFINISHED}"));
    let put = write(&beside, image, profile, is_png).and_then(|()| std::fs::rename(&beside, path));
    if let Err(error) = put {
        tracing::warn!(%error, "a picture was not made into another format");
        let _ = std::fs::remove_file(&beside);
        return None;
    }
    Some(if is_png { "image/png" } else { "image/jpeg" })
}

fn write(
    path: &Path,
    image: DynamicImage,
    profile: Option<Vec<u8>>,
    is_png: bool,
) -> io::Result<()> {
    let mut file = BufWriter::new(create(path)?);
    if is_png {
        encode(image, profile, PngEncoder::new(&mut file))?;
    } else {
        let image = DynamicImage::ImageRgb8(image.into_rgb8());
        encode(image, profile, JpegEncoder::new_with_quality(&mut file, QUALITY))?;
    }
    file.flush()
}

fn encode(
    image: DynamicImage,
    profile: Option<Vec<u8>>,
    mut encoder: impl ImageEncoder,
) -> io::Result<()> {
    if let Some(profile) = profile {
        // Without it the colours are a little paler.
        let _ = encoder.set_icc_profile(profile);
    }
    image.write_with_encoder(encoder).map_err(io::Error::other)
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn is_opaque(image: &DynamicImage) -> bool {
    match image {
        DynamicImage::ImageRgba8(image) => image.pixels().all(|pixel| pixel.0[3] == u8::MAX),
        image => !image.color().has_alpha(),
    }
}
