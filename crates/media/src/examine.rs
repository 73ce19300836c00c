use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use siskin_model::InstanceId;
use siskin_model::message::FileKind;

use crate::names::essence;
use crate::real_type::{HEAD, OPUS, RealType, UNKNOWN, real_type};
use crate::{movie, picture, sound, workers};

/// What can be seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Its real MIME type.
    pub mime_type: String,
    /// How WhatsApp shows it.
    pub kind: FileKind,
    /// Whether it is a voice message.
    pub is_voice: bool,
    /// Whether it is shown as a GIF.
    pub is_gif: bool,
    /// Whether it is a sticker that moves.
    pub is_animated: bool,
    /// Pixels across and down.
    pub dimensions: Option<(u32, u32)>,
    /// Whole seconds.
    pub seconds: Option<u32>,
    /// A small JPEG; empty where there is none.
    pub thumbnail: Vec<u8>,
}

/// Looks into a file of an instance; the instances take turns. `name` and `claimed` (a MIME
/// type) decide where its bytes do not. Never fails: what cannot be read is a document.
pub async fn examine(
    instance: InstanceId,
    path: &Path,
    name: &str,
    claimed: Option<&str>,
) -> Examined {
    let (path, name) = (path.to_owned(), name.to_owned());
    let claimed = claimed.map(str::to_owned);
    let seen = workers::run(Some(instance), move || look(&path, &name, claimed.as_deref()));
    let seen = seen.await;
    seen.unwrap_or_else(|| Examined::document(UNKNOWN))
}

fn look(path: &Path, name: &str, claimed: Option<&str>) -> Examined {
    let mut head = Vec::new();
    let Ok(mut file) = File::open(path) else { return Examined::document(UNKNOWN) };
    if let Err(error) = file.by_ref().take(HEAD as u64).read_to_end(&mut head) {
        tracing::warn!(%error, "a stored file cannot be read");
    }
    let real = real_type(&head, name, claimed);
    if head.is_empty() {
        return Examined::document(&real.mime);
    }
    // Decoders are made by others, and a file by anybody.
    let seen = workers::caught(|| match essence(&real.mime) {
        "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/bmp" => {
            image(&real, &head, file)
        }
        "audio/mpeg" | "audio/aac" | "audio/amr" | "audio/ogg" => audio(&real, path, &head),
        mime if is_movie(mime, &head) => movie(name, file),
        _ => None,
    });
    seen.flatten().unwrap_or_else(|| Examined::document(&real.mime))
}

/// Whether the file may be of the family of MP4: it begins with its mark; or, as old
/// QuickTime files, only says so by its name.
fn is_movie(mime: &str, head: &[u8]) -> bool {
    let is_marked = head.get(4..8) == Some(b"ftyp") && !mime.starts_with("image/");
    is_marked || matches!(mime, "video/mp4" | "video/quicktime" | "video/3gpp" | "audio/mp4")
}

/// A GIF stays a picture: to move, it would have to become a video, and nothing here makes
/// videos. What phones do not show (TIFF, HEIC, SVG) does not come here.
fn image(real: &RealType, head: &[u8], file: File) -> Option<Examined> {
    let mut whole = BufReader::new(file);
    std::io::Seek::rewind(&mut whole).ok()?;
    let seen = picture::look(whole)?;
    let is_sticker = real.mime == "image/webp";
    Some(Examined {
        kind: if is_sticker { FileKind::Sticker } else { FileKind::Image },
        is_animated: is_sticker && picture::is_animated_webp(head),
        dimensions: Some(seen.dimensions),
        thumbnail: seen.thumbnail,
        ..Examined::document(&real.mime)
    })
}

/// What WhatsApp plays. WAV and FLAC, which it does not, do not come here.
fn audio(real: &RealType, path: &Path, head: &[u8]) -> Option<Examined> {
    let seconds = sound::seconds(path, head);
    // A name alone makes no sound; and Ogg can hold anything.
    let is_ogg = essence(&real.mime) == "audio/ogg";
    if seconds.is_none() && (!real.seen || (is_ogg && real.mime != OPUS)) {
        return None;
    }
    Some(Examined {
        kind: FileKind::Audio,
        is_voice: real.mime == OPUS,
        seconds,
        ..Examined::document(&real.mime)
    })
}

fn movie(name: &str, file: File) -> Option<Examined> {
    let found = movie::read(&mut BufReader::new(file))?;
    let is_video = found.has_video && !matches!(&found.brand, b"M4A " | b"M4B ");
    let mime = match (&found.brand, is_video) {
        (b"qt  ", true) => "video/quicktime",
        ([b'3', b'g', ..], true) => "video/3gpp",
        ([0, 0, 0, 0], true) => "video/quicktime",
        (_, true) => "video/mp4",
        ([b'3', b'g', ..], false) => "audio/3gpp",
        (_, false) => "audio/mp4",
    };
    Some(Examined {
        kind: if is_video { FileKind::Video } else { FileKind::Audio },
        // A name like this is how a caller says that a video is to be played as a GIF.
        is_gif: is_video && name.to_ascii_lowercase().ends_with(".gif"),
        dimensions: found.dimensions.filter(|_| is_video),
        seconds: found.seconds,
        ..Examined::document(mime)
    })
}

impl Examined {
    fn document(mime: &str) -> Self {
        Self {
            mime_type: mime.to_owned(),
            kind: FileKind::Document,
            is_voice: false,
            is_gif: false,
            is_animated: false,
            dimensions: None,
            seconds: None,
            thumbnail: Vec::new(),
        }
    }
}
