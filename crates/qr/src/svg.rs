//! A code as an SVG picture: sharp at every size.

use std::fmt::Write as _;

use crate::QrError;
use crate::matrix::{Matrix, QUIET_ZONE};

/// Draws `text` as an SVG picture, black on white, without a size of its own.
///
/// One module is one unit of its `viewBox`, and the quiet zone of 4 modules is part of it. It
/// holds neither style nor script, so it can be put into a page under any content security
/// policy.
///
/// # Errors
/// [`QrError::Empty`] and [`QrError::TooLong`] when the text cannot be a code.
pub fn svg(text: &str) -> Result<String, QrError> {
    let matrix = Matrix::new(text, QUIET_ZONE)?;
    let side = matrix.side();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path d=\"{}\"/></svg>",
        outline(&matrix)
    ))
}

/// One rectangle for each horizontal run of dark modules.
fn outline(matrix: &Matrix) -> String {
    let mut path = String::new();
    for row in 0..matrix.side() {
        let mut column = 0;
        while column < matrix.side() {
            let length = (column..matrix.side()).take_while(|&at| matrix.is_dark(row, at)).count();
            if length > 0 {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{column} {row}h{length}v1h-{length}z");
            }
            column += length + 1;
        }
    }
    path
}
