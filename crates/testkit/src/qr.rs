use anyhow::{Context as _, bail};
use image::ImageFormat;

/// The text in the one QR code of a PNG picture, read by a decoder that shares nothing with
/// the code that draws.
///
/// # Errors
/// When it is not a PNG, or does not show exactly one readable code.
pub fn decode_qr_png(png: &[u8]) -> anyhow::Result<String> {
    let picture = image::load_from_memory_with_format(png, ImageFormat::Png)
        .context("it is not a PNG")?
        .into_luma8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        // The decoder asks for nothing outside; u32 holds every coordinate of a picture.
        picture.get_pixel(x as u32, y as u32).0[0]
    });
    let grids = prepared.detect_grids();
    let [grid] = grids.as_slice() else {
        bail!("the picture of {width} x {height} shows {} QR codes instead of one", grids.len());
    };
    let (_, text) = grid.decode().context("the QR code cannot be read")?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_drawn_is_read() {
        let text = "2@abcdefghijklmnopqrstuvwxyz,ABCDEF=,012345=";
        assert_eq!(decode_qr_png(&siskin_qr::png(text).unwrap()).unwrap(), text);
    }

    #[test]
    fn other_pictures_are_refused() {
        let mut png = std::io::Cursor::new(Vec::new());
        image::GrayImage::new(50, 50).write_to(&mut png, ImageFormat::Png).unwrap();
        let error = decode_qr_png(png.get_ref()).unwrap_err();
        assert!(error.to_string().contains("shows 0 QR codes"), "{error}");
        assert!(decode_qr_png(b"no picture").is_err());
    }
}
