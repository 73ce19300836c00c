//! How long a sound is.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use lofty::config::ParseOptions;
use lofty::file::AudioFile as _;
use lofty::probe::Probe;

/// How a file of AMR begins.
const AMR: &[u8] = b"#!AMR\n";
/// How many bytes a frame of AMR has, by the four bits that say its mode (RFC 4867, section
/// 5.3).
const AMR_SIZES: [u64; 16] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1];
/// Frames of AMR in a second.
const AMR_FRAMES: u64 = 50;

/// Whole seconds of an MP3, AAC, Ogg or AMR file. `None`: it cannot be read.
pub(crate) fn seconds(path: &Path, head: &[u8]) -> Option<u32> {
    let millis =
        if head.starts_with(AMR) { amr_frames(path)? * 1000 / AMR_FRAMES } else { length(path)? };
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

fn amr_frames(path: &Path) -> Option<u64> {
    let mut file = BufReader::new(File::open(path).ok()?);
    std::io::copy(&mut file.by_ref().take(AMR.len() as u64), &mut std::io::sink()).ok()?;
    let mut frames = 0;
    let mut mode = [0];
    while file.read_exact(&mut mode).is_ok() {
        let size = AMR_SIZES[usize::from(mode[0] >> 3 & 0x0f)];
        let rest = file.by_ref().take(size - 1);
        std::io::copy(&mut { rest }, &mut std::io::sink()).ok()?;
        frames += 1;
    }
    Some(frames)
}
