//! The modules (dark and light squares) of a code, with its quiet zone.

use fast_qr::{ECL, QRBuilder, QRCode};

use crate::QrError;

/// Modules of white that a picture needs on every side (ISO/IEC 18004, "quiet zone").
pub(crate) const QUIET_ZONE: usize = 4;

/// A code and the white around it, addressed from the outer corner.
pub(crate) struct Matrix {
    code: QRCode,
    quiet_zone: usize,
}

impl Matrix {
    /// Encodes `text` with `quiet_zone` light modules on every side.
    pub(crate) fn new(text: &str, quiet_zone: usize) -> Result<Self, QrError> {
        if text.is_empty() {
            return Err(QrError::Empty);
        }
        // The version is chosen to fit, so length is the only thing that can be wrong.
        let code = QRBuilder::new(text)
            .ecl(ECL::L)
            .build()
            .map_err(|_| QrError::TooLong { bytes: text.len() })?;
        Ok(Self { code, quiet_zone })
    }

    /// Modules on one side, quiet zone included.
    pub(crate) fn side(&self) -> usize {
        self.code.size + 2 * self.quiet_zone
    }

    /// Whether a module is dark. The quiet zone, and all that is outside, is light.
    pub(crate) fn is_dark(&self, row: usize, column: usize) -> bool {
        let inside = self.quiet_zone..self.quiet_zone + self.code.size;
        inside.contains(&row)
            && inside.contains(&column)
            && self.code[row - self.quiet_zone][column - self.quiet_zone].value()
    }
}
