//! What the values of members may be.

pub(super) mod choice;
pub(super) mod identifier;
pub(super) mod nested;
pub(super) mod number;
pub(super) mod text;

use serde_json::Value;

use super::declared::Declared;
use super::reader::Reader;

/// What a value may be.
pub(crate) trait Kind {
    /// What it is read as.
    type Value;

    /// `None`: it does not fit, and the reader knows how. `name` is the member's.
    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<Self::Value>;

    /// The same in the terms of OpenAPI, without what it is for.
    fn schema(&self) -> Value;

    /// A value that fits.
    fn example(&self) -> Value;

    /// The value that an example is, as it is written down.
    fn written_example(&self, example: &'static str) -> Value {
        example.into()
    }

    /// The members of the value, or of each of its items.
    fn inner(&self) -> Vec<Declared> {
        Vec::new()
    }
}
