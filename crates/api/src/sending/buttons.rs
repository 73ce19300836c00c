//! What the methods with buttons have in common.

use std::ops::RangeInclusive;

use crate::request::{LONGEST_TEXT, Member, id_text, key, optional, request, required, text};

/// How many buttons there are (specification, section 1.4).
pub(super) const BUTTONS: RangeInclusive<usize> = 1..=3;
/// The longest label, in characters.
pub(super) const LONGEST_LABEL: usize = 25;
/// The longest id of a button or row, in characters.
pub(super) const LONGEST_ID: usize = 256;

request! {
    /// The texts around interactive buttons.
    pub(crate) struct Texts {
        title: String = optional("header", text(LONGEST_TEXT), "The title.").or_empty(),
        content: String = required("body", text(LONGEST_TEXT), "The text."),
        footer: String = footer(),
    }
}

pub(super) fn footer() -> impl Member<Value = String> {
    optional("footer", text(LONGEST_TEXT), "The small text below.").or_empty()
}

/// The same id cannot stand for two buttons.
pub(super) fn button_id() -> impl Member<Value = String> {
    key("buttonId", id_text(LONGEST_ID), "Its id, unique in the message.")
}
