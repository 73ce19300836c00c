//! How long a sound is.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use lofty::config::ParseOptions;
use lofty::file::AudioFile as _;
use lofty::probe::Probe;

/// The two kinds of AMR: how a file begins, and how many bytes a frame of 20 ms has, by the
/// four bits that say its mode (RFC 4867, section 5.3).
const AMR: [(&[u8], [u64; 16]); 2] = [
    (b"#!AMR-WB\n", [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1]),
    (b"#!AMR\n", [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1]),
];
/// Frames of AMR in a second.
const AMR_FRAMES: u64 = 50;

/// Whole seconds of an MP3, AAC, Ogg or AMR file. `None`: it cannot be read.
pub(crate) fn seconds(path: &Path, head: &[u8]) -> Option<u32> {
    let amr = AMR.iter().find(|(magic, _)| head.starts_with(magic));
    let millis = match amr {
        Some((magic, sizes)) => amr_frames(path, magic.len(), sizes)? * 1000 / AMR_FRAMES,
        None => length(path)?,
    };
    // Rounded, but not to nothing.
    (millis > 0).then_some(())?;
    u32::try_from((millis + 500) / 1000).ok().map(|seconds| seconds.max(1))
}

fn length(path: &Path) -> Option<u64> {
    // Tags can be large, and nobody asks for them.
    let options = ParseOptions::new().read_tags(false).read_cover_art(false);
    let file = BufReader::new(File::open(path).ok()?);
    let probe = Probe::new(file).options(options).guess_file_type().ok()?;
    let duration = probe.read().ok()?.properties().duration();
    u64::try_from(duration.as_millis()).ok()
}

fn amr_frames(path: &Path, magic: usize, sizes: &[u64; 16]) -> Option<u64> {
    let mut file = BufReader::new(File::open(path).ok()?);
    std::io::copy(&mut file.by_ref().take(magic as u64), &mut std::io::sink()).ok()?;
    let mut frames = 0;
    let mut mode = [0];
    while file.read_exact(&mut mode).is_ok() {
        let size = sizes[usize::from(mode[0] >> 3 & 0x0f)];
        let rest = file.by_ref().take(size - 1);
        std::io::copy(&mut { rest }, &mut std::io::sink()).ok()?;
        frames += 1;
    }
    Some(frames)
}
