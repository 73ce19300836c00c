//! How long a sound is.
//!
//! A file can be made so that its parser goes over every byte many times. So it is looked at for
//! a moment only, wherever the parser looks; where that is not enough, its beginning is taken to
//! be like the rest.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use lofty::config::ParseOptions;
use lofty::file::AudioFile as _;
use lofty::probe::Probe;

use crate::bounded_file::BoundedFile;

/// How much of a file stands for the whole, in bytes.
const BEGINNING: u64 = 1024 * 1024;
/// How many bytes a parser gets of a file, those counted again that it reads again. Headers and
/// the last page are far less; of AAC, which has no header, it is half an hour.
const LOOKED_AT: u64 = 1024 * 1024;
/// How long a parser may take for a file: a few milliseconds are usual.
const MOMENT: Duration = Duration::from_secs(2);
/// How a file of AMR begins.
const AMR: &[u8] = b"#!AMR\n";
/// How many bytes a frame of AMR has, by the four bits that say its mode (RFC 4867, section
/// 5.3).
const AMR_SIZES: [usize; 16] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1];
/// Milliseconds in a frame of AMR.
const AMR_FRAME: u64 = 20;

/// Whole seconds of an MP3, AAC, Ogg or AMR file. `None`: it cannot be read.
pub(crate) fn seconds(path: &Path, head: &[u8]) -> Option<u32> {
    let file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let millis = if head.starts_with(AMR) { amr(file, size)? } else { length(file, size)? };
    // Rounded, but not to nothing.
    (millis > 0).then_some(())?;
    u32::try_from(millis.saturating_add(500) / 1000).ok().map(|seconds| seconds.max(1))
}

fn length(file: File, size: u64) -> Option<u64> {
    let until = Instant::now() + MOMENT;
    let again = file.try_clone().ok()?;
    let whole = BoundedFile::new(file, size, LOOKED_AT, until).ok().and_then(parsed);
    if whole.is_some() || size <= BEGINNING {
        return whole;
    }
    let beginning = parsed(BoundedFile::new(again, BEGINNING, LOOKED_AT, until).ok()?)?;
    as_much_longer(beginning, size, BEGINNING)
}

fn parsed(file: BoundedFile) -> Option<u64> {
    // Tags can be large, and nobody asks for them.
    let options = ParseOptions::new().read_tags(false).read_cover_art(false);
    let probe = Probe::new(file).options(options).guess_file_type().ok()?;
    let duration = probe.read().ok()?.properties().duration();
    u64::try_from(duration.as_millis()).ok().filter(|millis| *millis > 0)
}

fn amr(file: File, size: u64) -> Option<u64> {
    let mut beginning = Vec::new();
    file.take(BEGINNING).read_to_end(&mut beginning).ok()?;
    let sound = beginning.get(AMR.len()..)?;
    let (mut frames, mut at) = (0, 0);
    while let Some(mode) = sound.get(at) {
        at += AMR_SIZES[usize::from(mode >> 3 & 0x0f)];
        frames += 1;
    }
    as_much_longer(frames * AMR_FRAME, size, beginning.len() as u64)
}

/// The length of all, when that of a part is known.
fn as_much_longer(length: u64, all: u64, part: u64) -> Option<u64> {
    u64::try_from(u128::from(length) * u128::from(all) / u128::from(part.max(1))).ok()
}
