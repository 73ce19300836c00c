use anyhow::{Context as _, bail};

/// Reads the text in the picture of a QR code, by a decoder that shares nothing with the
/// encoder.
///
/// # Errors
/// When the bytes are no PNG or there is not exactly one code in it.
pub fn decode_qr_png(png: &[u8]) -> anyhow::Result<String> {
    let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png)
        .context("not a PNG")?
        .to_luma8();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
        picture.width() as usize,
        picture.height() as usize,
        |x, y| picture.get_pixel(x as u32, y as u32).0[0],
    );
    let codes = prepared.detect_grids();
    let [code] = codes.as_slice() else { bail!("{} codes in the picture", codes.len()) };
    Ok(code.decode().context("the code cannot be read")?.1)
}
