//! Small files of many formats.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

/// A picture whose left half is red and whose right half is see-through.
pub(crate) fn half_red(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 0, 0]) }
    })
    .into()
}

pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = match format {
        ImageFormat::Jpeg => DynamicImage::from(image.to_rgb8()),
        _ => image.clone(),
    };
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG whose EXIF says how it has to be turned.
pub(crate) fn jpeg_with_orientation(image: &DynamicImage, orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let mut bytes = encoded(image, ImageFormat::Jpeg);
    let length = (exif.len() as u16 + 2).to_be_bytes();
    bytes.splice(2..2, [&[0xff, 0xe1], &length[..], &exif].concat());
    bytes
}

/// A PNG that claims to be of that size and has nothing in it.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&half_red(2, 2), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&checksum);
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

/// A GIF of two frames.
pub(crate) fn animated_gif(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    let frame = image::Frame::new(half_red(width, height).to_rgba8());
    encoder.encode_frames([frame.clone(), frame]).unwrap();
    drop(encoder);
    bytes
}

/// A WebP of one frame in an animation.
pub(crate) fn animated_webp(width: u32, height: u32) -> Vec<u8> {
    let still = encoded(&half_red(width, height), ImageFormat::WebP);
    let size = |value: u32| (value - 1).to_le_bytes()[..3].to_vec();
    let canvas = [size(width), size(height)].concat();
    let flags = [0b0001_0010, 0, 0, 0];
    let frame = [&[0; 6][..], &canvas, &[100, 0, 0, 0], &still[12..]].concat();
    let chunks = [
        chunk(b"VP8X", &[&flags[..], &canvas].concat()),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &frame),
    ];
    chunk(b"RIFF", &[&b"WEBP"[..], &chunks.concat()].concat())
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() % 2];
    [&kind[..], &(body.len() as u32).to_le_bytes(), body, &padding].concat()
}

/// A box of MP4.
pub(crate) fn mp4_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes(), &kind[..], body].concat()
}

/// A box that keeps the length of its body in 64 bits.
pub(crate) fn long_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&[0, 0, 0, 1], &kind[..], &(body.len() as u64 + 16).to_be_bytes(), body].concat()
}

/// A track of an MP4.
#[derive(Clone, Copy)]
pub(crate) struct Track {
    pub(crate) handler: &'static [u8; 4],
    pub(crate) codec: &'static [u8; 4],
    pub(crate) size: (u16, u16),
    pub(crate) turned: bool,
    pub(crate) millis: u32,
}

pub(crate) const VIDEO: Track =
    Track { handler: b"vide", codec: b"avc1", size: (640, 360), turned: false, millis: 2600 };
pub(crate) const SOUND: Track =
    Track { handler: b"soun", codec: b"mp4a", size: (0, 0), turned: false, millis: 2500 };

impl Track {
    fn atom(self) -> Vec<u8> {
        let fixed = |value: u16| (u32::from(value) << 16).to_be_bytes();
        let one = fixed(1);
        let minus = (-65536_i32).to_be_bytes();
        let none = [0; 4];
        let (a, b, c, d) =
            if self.turned { (none, one, minus, none) } else { (one, none, none, one) };
        let matrix = [a, b, none, c, d, none, none, none, 0x4000_0000_u32.to_be_bytes()].concat();
        let size = [fixed(self.size.0), fixed(self.size.1)].concat();
        let header = [vec![0; 40], matrix, size].concat();
        let handler = [&[0; 8][..], self.handler, &[0; 13]].concat();
        let entry = mp4_box(self.codec, &[0; 16]);
        let entries = mp4_box(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1], &entry[..]].concat());
        let coded = mp4_box(b"minf", &mp4_box(b"stbl", &entries));
        let media = [mp4_box(b"mdhd", &length(self.millis)), mp4_box(b"hdlr", &handler), coded];
        let media = media.concat();
        mp4_box(b"trak", &[mp4_box(b"tkhd", &header), mp4_box(b"mdia", &media)].concat())
    }
}

/// The body of a header with the length, in thousandths of a second.
fn length(millis: u32) -> Vec<u8> {
    [&[0; 12][..], &1000_u32.to_be_bytes(), &millis.to_be_bytes(), &[0; 4]].concat()
}

/// The index of a film that says of itself that it has that length.
pub(crate) fn moov(millis: u32, tracks: &[Track]) -> Vec<u8> {
    let tracks: Vec<u8> = tracks.iter().flat_map(|track| track.atom()).collect();
    mp4_box(b"moov", &[mp4_box(b"mvhd", &length(millis)), tracks].concat())
}

pub(crate) fn mp4(brand: &[u8; 4], tracks: &[Track]) -> Vec<u8> {
    let brands = mp4_box(b"ftyp", &[&brand[..], &[0; 4], b"isom"].concat());
    let millis = tracks.iter().map(|track| track.millis).max().unwrap_or_default();
    [brands, mp4_box(b"mdat", &[7; 100]), moov(millis, tracks)].concat()
}

/// Ogg with a packet on each page, and the position after it.
pub(crate) fn ogg(packets: &[(&[u8], u64)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, (packet, position)) in packets.iter().enumerate() {
        let mut kind = 0;
        kind |= if number == 0 { 2 } else { 0 };
        kind |= if number + 1 == packets.len() { 4 } else { 0 };
        bytes.extend([&b"OggS\0"[..], &[kind], &position.to_le_bytes(), b"once"].concat());
        bytes.extend((number as u32).to_le_bytes());
        // A checksum that nobody checks, and one segment.
        bytes.extend([0, 0, 0, 0, 1, packet.len() as u8]);
        bytes.extend_from_slice(packet);
    }
    bytes
}

pub(crate) fn opus(seconds: u64) -> Vec<u8> {
    let head = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00";
    let tags = b"OpusTags\x04\0\0\0test\0\0\0\0";
    ogg(&[(head, 0), (tags, 0), (&[0xfc; 100], seconds * 48_000)])
}

pub(crate) fn vorbis(seconds: u64) -> Vec<u8> {
    let head = b"\x01vorbis\0\0\0\0\x01\x44\xac\0\0\0\0\0\0\x00\xfa\0\0\0\0\0\0\xb8\x01";
    let tags = b"\x03vorbis\x04\0\0\0test\0\0\0\0\x01";
    let setup = b"\x05vorbis and books";
    ogg(&[(head, 0), (tags, 0), (setup, 0), (&[1; 100], seconds * 44_100)])
}

/// MPEG 1, layer 3, with 128 kbit/s and 44.1 kHz.
pub(crate) fn mp3(frames: usize) -> Vec<u8> {
    [&[0xff, 0xfb, 0x90, 0x44][..], &[0; 413]].concat().repeat(frames)
}

/// AAC in the frames of ADTS, with 44.1 kHz.
pub(crate) fn aac(frames: usize) -> Vec<u8> {
    let length: u16 = 200;
    let low = (length & 7) as u8;
    let header = [0xff, 0xf1, 0x50, 0x80, (length >> 3) as u8, low << 5 | 0x1f, 0xfc];
    [&header[..], &[0x21; 193]].concat().repeat(frames)
}
