//! A code as text for a terminal.

use crate::QrError;
use crate::matrix::Matrix;

/// Modules of white on every side: half of what a picture has, because rows are scarce in a
/// terminal. Phones read it.
const TERMINAL_QUIET_ZONE: usize = 2;

/// Black on white, from the part of the 256-colour palette that themes leave alone: a code
/// drawn in the theme's own colours is inverted in every second terminal.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// Draws `text` with half blocks, two rows of modules in one line of characters.
///
/// Every line sets its colours, resets them and ends with a newline. The code of a linking
/// attempt is about 65 columns wide and 33 lines high.
///
/// # Errors
/// [`QrError::Empty`] and [`QrError::TooLong`] when the text cannot be a code.
pub fn terminal(text: &str) -> Result<String, QrError> {
    let matrix = Matrix::new(text, TERMINAL_QUIET_ZONE)?;
    let mut drawing = String::new();
    for row in (0..matrix.side()).step_by(2) {
        drawing.push_str(BLACK_ON_WHITE);
        drawing.extend((0..matrix.side()).map(|column| half_blocks(&matrix, row, column)));
        drawing.push_str(RESET);
        drawing.push('\n');
    }
    Ok(drawing)
}

fn half_blocks(matrix: &Matrix, row: usize, column: usize) -> char {
    match (matrix.is_dark(row, column), matrix.is_dark(row + 1, column)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}
