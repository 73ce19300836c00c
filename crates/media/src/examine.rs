use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use siskin_model::message::FileKind;
use siskin_model::{FileName, InstanceId, MimeType};

use crate::names::mime_of;
use crate::real_type::{HEAD, OPUS, RealType, real_type};
use crate::{movie, picture, sound, workers};

/// The pixels of a sticker's sides (WhatsApp's rules for stickers).
const STICKER: (u32, u32) = (512, 512);
const WEBP: &str = "image/webp";

/// What can be seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Its real MIME type.
    pub mime_type: MimeType,
    /// How WhatsApp shows it.
    pub kind: FileKind,
    /// Whether phones show the picture only in another format: see [`remake`](crate::remake).
    pub must_be_remade: bool,
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

/// Looks into a file of an instance; the instances take turns. `name` and `claimed` decide
/// where its bytes do not; with a caption it is of a kind that shows one. Never fails: what
/// cannot be read is a document.
pub async fn examine(
    instance: InstanceId,
    path: &Path,
    name: &FileName,
    claimed: Option<&MimeType>,
    has_caption: bool,
) -> Examined {
    let (path, name, claimed) = (path.to_owned(), name.clone(), claimed.cloned());
    let seen = workers::run(Some(instance), move || look(&path, &name, claimed.as_ref())).await;
    let seen = seen.unwrap_or_else(|| Examined::document(&MimeType::unknown()));
    if has_caption { seen.with_caption() } else { seen }
}

fn look(path: &Path, name: &FileName, claimed: Option<&MimeType>) -> Examined {
    let mut head = Vec::new();
    let Ok(mut file) = File::open(path) else { return Examined::document(&MimeType::unknown()) };
    if let Err(error) = file.by_ref().take(HEAD as u64).read_to_end(&mut head) {
        tracing::warn!(%error, "a stored file cannot be read");
    }
    let real = real_type(&head, name, claimed);
    if head.is_empty() {
        return Examined::document(&real.mime);
    }
    // Decoders are made by others, and a file by anybody.
    let seen = workers::caught(|| match real.mime.essence() {
        "image/jpeg" | "image/png" | "image/gif" | "image/bmp" | WEBP => {
            image(&real.mime, name, &head, path)
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

/// Phones show JPEG and PNG. What moves would have to become a video, and nothing here makes
/// videos, so it is a document. Formats that are not decoded here (TIFF, HEIC, AVIF, SVG) do
/// not come here.
fn image(mime: &MimeType, name: &FileName, head: &[u8], path: &Path) -> Option<Examined> {
    let file = || File::open(path).map(BufReader::new).ok();
    let seen = picture::look(file()?)?;
    let moves = match mime.essence() {
        WEBP => picture::is_animated_webp(head),
        "image/gif" => picture::is_animated_gif(file()?),
        _ => false,
    };
    let is_shown = matches!(mime.essence(), "image/jpeg" | "image/png");
    let is_sticker =
        mime.essence() == WEBP && mime_of(name) == Some(WEBP) && seen.dimensions == STICKER;
    Some(Examined {
        kind: match (is_sticker, moves) {
            (true, _) => FileKind::Sticker,
            (false, true) => FileKind::Document,
            (false, false) => FileKind::Image,
        },
        must_be_remade: !is_shown && !is_sticker && !moves,
        is_animated: is_sticker && moves,
        dimensions: Some(seen.dimensions),
        thumbnail: seen.thumbnail,
        ..Examined::document(mime)
    })
}

/// What WhatsApp plays. WAV and FLAC, which it does not, do not come here; and in Ogg it plays
/// Opus alone.
fn audio(real: &RealType, path: &Path, head: &[u8]) -> Option<Examined> {
    if real.mime.essence() == "audio/ogg" && real.mime.as_str() != OPUS {
        return None;
    }
    let seconds = sound::seconds(path, head);
    // A name alone makes no sound.
    if seconds.is_none() && !real.seen {
        return None;
    }
    Some(Examined {
        kind: FileKind::Audio,
        is_voice: real.mime.as_str() == OPUS,
        seconds,
        ..Examined::document(&real.mime)
    })
}

fn movie(name: &FileName, file: File) -> Option<Examined> {
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
    let document = Examined::document(&mime.into());
    if !found.plays(is_video) {
        return Some(document);
    }
    Some(Examined {
        kind: if is_video { FileKind::Video } else { FileKind::Audio },
        // A name like this is how a caller says that a video is to be played as a GIF.
        is_gif: is_video && name.to_ascii_lowercase().ends_with(".gif"),
        dimensions: found.dimensions.filter(|_| is_video),
        seconds: found.seconds,
        ..document
    })
}

impl Examined {
    fn document(mime: &MimeType) -> Self {
        Self {
            mime_type: mime.clone(),
            kind: FileKind::Document,
            must_be_remade: false,
            is_voice: false,
            is_gif: false,
            is_animated: false,
            dimensions: None,
            seconds: None,
            thumbnail: Vec::new(),
        }
    }

    /// Sounds and stickers have no place for a caption: a sticker is a picture then, and
    /// otherwise the file is a document, which has one.
    fn with_caption(self) -> Self {
        match self.kind {
            FileKind::Sticker if !self.is_animated => {
                Self { kind: FileKind::Image, must_be_remade: true, ..self }
            }
            FileKind::Sticker | FileKind::Audio => Self {
                dimensions: self.dimensions,
                thumbnail: self.thumbnail,
                ..Self::document(&self.mime_type)
            },
            FileKind::Image | FileKind::Video | FileKind::Document => self,
        }
    }
}
