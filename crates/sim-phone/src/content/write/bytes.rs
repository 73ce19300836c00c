//! Bytes that stand in JSON as base64.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;

/// Bytes that stand in JSON as base64.
#[derive(Clone)]
pub(crate) struct Bytes(pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        BASE64_STANDARD.decode(text.trim()).map(Self).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Bytes {
    pub(super) fn into_inner(bytes: Option<Self>) -> Option<Vec<u8>> {
        bytes.map(|bytes| bytes.0)
    }
}
