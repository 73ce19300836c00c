//! MP4, QuickTime and 3GP: the few facts in their boxes (ISO/IEC 14496-12) that are needed.
//!
//! Parsers of whole files refuse one that has a box they do not know, and keep the tables of
//! all samples in memory. This one skips what it does not look for, and keeps nothing.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// How many boxes are looked at. A file in fragments has two for each second or so.
const MOST_BOXES: u32 = 20_000;
/// How deep boxes lie in boxes: what is wanted is in the fifth.
const DEEPEST: u32 = 6;
/// H.264, the only pictures that the apps play on every phone (Cloud API, "Supported media
/// types"): HEVC, AV1, VP9 and older ones play on some.
const SEEN: [&[u8; 4]; 2] = [b"avc1", b"avc3"];
/// AAC and AMR, the sounds that go with it.
const HEARD: [&[u8; 4]; 3] = [b"mp4a", b"samr", b"sawb"];
/// The longest body that is read: that of a track header, with room.
const LONGEST_BODY: usize = 96;

/// What a film says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Movie {
    /// The family of formats it belongs to: `isom`, `qt  `, `3gp4`, `M4A `.
    pub(crate) brand: [u8; 4],
    pub(crate) has_video: bool,
    pub(crate) has_audio: bool,
    /// Pixels across and down, as shown: a film that was taken upright is turned.
    pub(crate) dimensions: Option<(u32, u32)>,
    pub(crate) seconds: Option<u32>,
    /// How its first track with pictures and its first one with sound are coded.
    codecs: [Option<[u8; 4]>; 2],
}

impl Movie {
    /// Whether the apps play it: the pictures, where they are shown, and the sound. One that
    /// does not say how it is coded may play.
    pub(crate) fn plays(&self, is_video: bool) -> bool {
        let [video, audio] = self.codecs;
        let seen = video.is_none_or(|codec| SEEN.contains(&&codec));
        let heard = audio.is_none_or(|codec| HEARD.contains(&&codec));
        (seen || !is_video) && heard
    }
}

/// Reads what can be read; `None` if there is no track in it.
pub(crate) fn read(file: &mut (impl Read + Seek)) -> Option<Movie> {
    let end = file.seek(SeekFrom::End(0)).ok()?;
    let mut walk = Boxes { file, left: MOST_BOXES, found: Found::default() };
    // A file that is cut off still has what came before.
    let _ = walk.boxes(0..end, 0);
    let Found { mut movie, lengths, .. } = walk.found;
    movie.seconds = lengths.into_iter().flatten().next();
    (movie.has_video || movie.has_audio).then_some(movie)
}

struct Boxes<'a, F> {
    file: &'a mut F,
    left: u32,
    found: Found,
}

#[derive(Default)]
struct Found {
    movie: Movie,
    timescale: u64,
    /// Of the whole in fragments, of the whole, and of the longest track: the first counts.
    lengths: [Option<u32>; 3],
    track: Track,
}

#[derive(Default)]
struct Track {
    kind: [u8; 4],
    dimensions: Option<(u32, u32)>,
    seconds: Option<u32>,
    codec: Option<[u8; 4]>,
}

impl<F: Read + Seek> Boxes<'_, F> {
    fn boxes(&mut self, range: Range<u64>, depth: u32) -> io::Result<()> {
        let mut at = range.start;
        while self.left > 0 && depth < DEEPEST {
            self.left -= 1;
            let Some((kind, body)) = self.head(at..range.end)? else { return Ok(()) };
            at = body.end;
            self.visit(kind, body, depth)?;
        }
        Ok(())
    }

    /// The box that begins the range: its kind, and where its body is.
    fn head(&mut self, range: Range<u64>) -> io::Result<Option<([u8; 4], Range<u64>)>> {
        if range.start + 8 > range.end {
            return Ok(None);
        }
        self.file.seek(SeekFrom::Start(range.start))?;
        let size = u64::from(u32::from_be_bytes(self.take()?));
        let kind = self.take()?;
        let (header, size) = match size {
            0 => (8, range.end - range.start),
            1 => (16, u64::from_be_bytes(self.take()?)),
            size => (8, size),
        };
        // What ends outside is cut off; what ends before it begins is no box.
        let end = range.start.saturating_add(size).min(range.end);
        let body = range.start + header..end;
        Ok((size >= header && body.start <= body.end).then_some((kind, body)))
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn visit(&mut self, kind: [u8; 4], body: Range<u64>, depth: u32) -> io::Result<()> {
        match &kind {
            b"moov" | b"mdia" | b"minf" | b"stbl" | b"mvex" => return self.boxes(body, depth + 1),
            b"trak" => {
                self.found.track = Track::default();
                self.boxes(body, depth + 1)?;
                self.found.end_track();
            }
            b"ftyp" | b"mvhd" | b"mehd" | b"tkhd" | b"mdhd" | b"hdlr" | b"stsd" => {
                let mut bytes = Vec::with_capacity(LONGEST_BODY);
                self.file.seek(SeekFrom::Start(body.start))?;
                let longest = (body.end - body.start).min(LONGEST_BODY as u64);
                self.file.by_ref().take(longest).read_to_end(&mut bytes)?;
                // A box that is too short says nothing.
                let _ = self.found.note(kind, Body(&bytes));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Found {
    fn note(&mut self, kind: [u8; 4], body: Body<'_>) -> Option<()> {
        match &kind {
            b"ftyp" => self.movie.brand = body.at(0)?,
            b"mvhd" => {
                let (timescale, seconds) = body.length()?;
                self.timescale = timescale;
                self.lengths[1] = seconds;
            }
            b"mehd" => {
                let units = if body.is_long() { body.u64(4)? } else { body.u32(4)?.into() };
                self.lengths[0] = seconds(units, self.timescale);
            }
            b"mdhd" => self.track.seconds = body.length()?.1,
            b"hdlr" => self.track.kind = body.at(8)?,
            b"tkhd" => self.track.dimensions = body.dimensions(),
            // Behind the version, the number of entries and the length of the first.
            b"stsd" => self.track.codec = body.at(12),
            _ => {}
        }
        Some(())
    }

    fn end_track(&mut self) {
        match &self.track.kind {
            b"vide" => {
                self.movie.has_video = true;
                self.movie.codecs[0] = self.movie.codecs[0].or(self.track.codec);
                self.movie.dimensions = self.movie.dimensions.or(self.track.dimensions);
            }
            b"soun" => {
                self.movie.has_audio = true;
                self.movie.codecs[1] = self.movie.codecs[1].or(self.track.codec);
            }
            _ => return,
        }
        self.lengths[2] = self.lengths[2].max(self.track.seconds);
    }
}

/// The body of a box that begins with a version: in version 1 times have 64 bits.
#[derive(Clone, Copy)]
struct Body<'a>(&'a [u8]);

impl Body<'_> {
    fn at<const N: usize>(self, offset: usize) -> Option<[u8; N]> {
        self.0.get(offset..)?.first_chunk().copied()
    }

    fn u32(self, offset: usize) -> Option<u32> {
        self.at(offset).map(u32::from_be_bytes)
    }

    fn u64(self, offset: usize) -> Option<u64> {
        self.at(offset).map(u64::from_be_bytes)
    }

    fn is_long(self) -> bool {
        self.0.first() == Some(&1)
    }

    /// Units in a second, and the length in seconds: of `mvhd` and `mdhd`.
    fn length(self) -> Option<(u64, Option<u32>)> {
        let (timescale, units) = if self.is_long() {
            (self.u32(20)?, self.u64(24)?)
        } else {
            (self.u32(12)?, self.u32(16)?.into())
        };
        Some((timescale.into(), seconds(units, timescale.into())))
    }

    /// Of `tkhd`: a matrix that says how the track is turned, then width and height, all in
    /// numbers with 16 bits for the fraction.
    fn dimensions(self) -> Option<(u32, u32)> {
        let matrix = if self.is_long() { 52 } else { 40 };
        let (width, height) = (self.u32(matrix + 36)? >> 16, self.u32(matrix + 40)? >> 16);
        let is_turned = self.u32(matrix)? == 0 && self.u32(matrix + 16)? == 0;
        let (width, height) = if is_turned { (height, width) } else { (width, height) };
        (width > 0 && height > 0).then_some((width, height))
    }
}

/// Rounded, but not to nothing. All bits set: the length is not known.
fn seconds(units: u64, timescale: u64) -> Option<u32> {
    if units == 0 || timescale == 0 || units == u64::from(u32::MAX) || units == u64::MAX {
        return None;
    }
    u32::try_from(units.saturating_add(timescale / 2) / timescale).ok().map(|s| s.max(1))
}
