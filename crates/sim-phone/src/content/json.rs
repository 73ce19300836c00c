//! Parts of messages as JSON shows them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Map, Value};

/// A JSON object without the fields that are null.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}

/// Bytes as JSON shows them.
pub(super) fn base64(bytes: Option<&[u8]>) -> Option<String> {
    bytes.filter(|bytes| !bytes.is_empty()).map(|bytes| BASE64_STANDARD.encode(bytes))
}
