//! Every drawing is read back by a decoder that shares nothing with the encoder.

use image::{GrayImage, ImageFormat, Luma};
use proptest::prelude::*;
use siskin_qr::{QrError, png, svg, terminal};

/// As long as the text of a real linking attempt: a reference and three keys.
const LINKING_TEXT: &str = "https://wa.me/settings/linked_devices#2@c1u8aVbWqYzJ0kR4mN7pT5sE9dF3\
    hL6oX2iGvBnKQwZrDyUjMtCxAeSfHgPlOqIwNbVcXz0987654321QwErTyUiOp,\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=,\
    CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC=,1";

fn scan(picture: GrayImage) -> String {
    let mut prepared = rqrr::PreparedImage::prepare(picture);
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "one code in the picture");
    grids[0].decode().expect("the code can be read").1
}

fn read_png(file: &[u8]) -> GrayImage {
    image::load_from_memory_with_format(file, ImageFormat::Png).expect("a PNG file").into_luma8()
}

/// Paints modules as squares, as a terminal or a browser would.
fn paint(side: u32, is_dark: impl Fn(u32, u32) -> bool) -> GrayImage {
    const SCALE: u32 = 4;
    GrayImage::from_fn(side * SCALE, side * SCALE, |x, y| {
        Luma([if is_dark(x / SCALE, y / SCALE) { 0 } else { 255 }])
    })
}

fn read_terminal(drawing: &str) -> GrayImage {
    let rows: Vec<Vec<char>> = drawing
        .lines()
        .map(|line| {
            let line = line.strip_prefix("\x1b[38;5;16;48;5;231m").expect("black on white");
            line.strip_suffix("\x1b[0m").expect("colours are reset").chars().collect()
        })
        .collect();
    let side = u32::try_from(rows[0].len()).unwrap();
    paint(side, |x, y| {
        let glyph = rows[y as usize / 2][x as usize];
        glyph == '█' || glyph == if y % 2 == 0 { '▀' } else { '▄' }
    })
}

fn read_svg(picture: &str) -> GrayImage {
    let number = |text: &str| text.parse::<u32>().expect("a number");
    let side = number(between(picture, "viewBox=\"0 0 ", " "));
    let runs: Vec<(u32, u32, u32)> = between(picture, "<path d=\"M", "z\"")
        .split("zM")
        .map(|run| {
            let (x, rest) = run.split_once(' ').expect("a column");
            let (y, rest) = rest.split_once('h').expect("a row");
            (number(x), number(y), number(rest.split_once('v').expect("a length").0))
        })
        .collect();
    paint(side, |x, y| {
        runs.iter().any(|&(left, row, length)| row == y && (left..left + length).contains(&x))
    })
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).expect(start).1.split_once(end).expect(end).0
}

#[test]
fn a_png_is_read_by_a_scanner() {
    assert_eq!(scan(read_png(&png(LINKING_TEXT).unwrap())), LINKING_TEXT);
}

#[test]
fn an_svg_is_read_by_a_scanner() {
    assert_eq!(scan(read_svg(&svg(LINKING_TEXT).unwrap())), LINKING_TEXT);
}

#[test]
fn a_terminal_drawing_is_read_by_a_scanner_and_fits_eighty_columns() {
    let drawing = terminal(LINKING_TEXT).unwrap();
    let picture = read_terminal(&drawing);
    assert!(picture.width() / 4 <= 80, "{} columns", picture.width() / 4);
    assert_eq!(scan(picture), LINKING_TEXT);
}

#[test]
fn a_png_is_small_square_and_has_a_white_margin_of_four_modules() {
    let file = png(LINKING_TEXT).unwrap();
    assert!(file.len() < 4096, "{} bytes", file.len());
    let picture = read_png(&file);
    assert_eq!(picture.width(), picture.height());
    assert!((300..=400).contains(&picture.width()), "{} pixels", picture.width());
    let dark = |x: u32, y: u32| picture.get_pixel(x, y).0[0] == 0;
    let margin = (0..picture.width()).find(|&at| dark(at, at)).expect("a dark corner");
    let finder = (margin..).take_while(|&x| dark(x, margin)).count();
    let module = u32::try_from(finder).unwrap() / 7;
    assert_eq!(margin, 4 * module);
}

#[test]
fn an_empty_text_has_no_code() {
    assert!(matches!(png(""), Err(QrError::Empty)));
    assert!(matches!(svg(""), Err(QrError::Empty)));
    assert!(matches!(terminal(""), Err(QrError::Empty)));
}

#[test]
fn a_text_that_is_too_long_is_refused_with_its_length() {
    let longest = "~".repeat(2953);
    assert!(png(&longest).is_ok());
    let refused = png(&format!("{longest}~")).unwrap_err();
    assert!(matches!(refused, QrError::TooLong { bytes: 2954 }), "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_survives_the_journey_through_a_png(text in "[ -~]{1,300}") {
        prop_assert_eq!(scan(read_png(&png(&text).unwrap())), text);
    }
}
