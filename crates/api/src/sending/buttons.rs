//! What the methods with buttons have in common.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::openapi::{Shape, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// How many buttons there are (specification, section 1.4).
pub(super) const BUTTONS: RangeInclusive<usize> = 1..=3;
/// The longest label, in characters.
pub(super) const LONGEST_LABEL: usize = 25;
/// The longest id of a button or row, in characters.
pub(super) const LONGEST_ID: usize = 256;

/// The texts around interactive buttons.
pub(super) struct Texts {
    pub title: String,
    pub content: String,
    pub footer: String,
}

pub(super) fn read_texts(reader: &mut Reader<'_>) -> Texts {
    Texts {
        title: reader.optional_text("header", LONGEST_TEXT),
        content: reader.text("body", LONGEST_TEXT),
        footer: reader.optional_text("footer", LONGEST_TEXT),
    }
}

/// The same id cannot stand for two buttons.
pub(super) fn require_distinct<'a>(
    reader: &mut Reader<'_>,
    name: &str,
    ids: impl Iterator<Item = &'a str>,
) {
    let ids: Vec<&str> = ids.collect();
    if ids.iter().all(|id| !id.is_empty()) {
        reader.distinct(name, &ids);
    }
}

/// A chat and the texts around interactive buttons.
pub(super) fn shape_of_texts() -> Shape {
    Shape::new()
        .chat()
        .optional("header", text("The title.", LONGEST_TEXT))
        .required("body", text("The text.", LONGEST_TEXT))
        .optional("footer", text("The small text below.", LONGEST_TEXT))
}

/// An id, which may be a number.
pub(super) fn id_schema() -> Value {
    json!({"type": ["string", "integer"], "description": "Its id, unique in the message."})
}
