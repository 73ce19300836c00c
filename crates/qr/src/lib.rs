//! QR codes: a text becomes a picture for a page, for a file or for a terminal.
//!
//! Everything here is a pure function of the text. The error correction level is the lowest
//! one: the code is read from a clean screen, and fewer, larger modules scan faster than a
//! picture that could survive a scratch.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod matrix;
mod png;
mod svg;
mod terminal;

pub use crate::png::png;
pub use crate::svg::svg;
pub use crate::terminal::terminal;

/// Why a text has no QR code.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// There was no text: a code of nothing would scan, and mean nothing to the phone.
    #[error("cannot make a QR code of an empty text")]
    Empty,
    /// The largest QR code (version 40, level L) holds 2953 bytes.
    #[error("a text of {bytes} bytes does not fit into a QR code, which holds 2953 at most")]
    TooLong {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// The PNG encoder gave up.
    #[error("cannot encode the QR code as a PNG picture: {0}")]
    Png(#[from] ::png::EncodingError),
}
