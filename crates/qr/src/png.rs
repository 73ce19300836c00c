//! A code as a PNG picture: what the `qr` method carries and a browser shows.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use crate::QrError;
use crate::matrix::{Matrix, QUIET_ZONE};

/// Pixels that a side has at least. Every module gets the same whole number of pixels, so a
/// side is a little longer than this.
const MIN_SIDE_PIXELS: usize = 300;

/// Draws `text` as a black and white PNG picture of one bit a pixel.
///
/// The picture is square, has a quiet zone of 4 modules and sides of 300 pixels or a little
/// more (up to 370 for very long texts).
///
/// # Errors
/// [`QrError::Empty`] and [`QrError::TooLong`] when the text cannot be a code.
pub fn png(text: &str) -> Result<Vec<u8>, QrError> {
    let matrix = Matrix::new(text, QUIET_ZONE)?;
    let scale = MIN_SIDE_PIXELS.div_ceil(matrix.side());
    encode(&pixels(&matrix, scale), matrix.side() * scale)
}

/// The picture's rows, eight pixels a byte; a set bit is white.
fn pixels(matrix: &Matrix, scale: usize) -> Vec<u8> {
    let width = matrix.side() * scale;
    let bytes_per_row = width.div_ceil(8);
    let mut pixels = Vec::with_capacity(bytes_per_row * width);
    for row in 0..matrix.side() {
        let mut line = vec![0xff_u8; bytes_per_row];
        for x in (0..width).filter(|x| matrix.is_dark(row, x / scale)) {
            line[x / 8] &= !(0x80 >> (x % 8));
        }
        for _ in 0..scale {
            pixels.extend_from_slice(&line);
        }
    }
    pixels
}

fn encode(pixels: &[u8], side: usize) -> Result<Vec<u8>, QrError> {
    let side = u32::try_from(side).map_err(|_| QrError::TooLong { bytes: side })?;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    // Most rows repeat the one above, which this filter turns into zeros.
    encoder.set_filter(Filter::Up);
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}
