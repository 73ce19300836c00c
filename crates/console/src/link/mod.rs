//! Linking a phone: what the panel shows for a link, on the QR page and in the console.

mod panel;
mod stage;

use std::sync::Arc;

pub(crate) use panel::{CodeError, code_form, panel, regions, status};
pub(crate) use stage::{Severity, Stage};

use crate::texts::Texts;

/// What the panel needs beside the link: the same for all of the life of a page.
#[derive(Clone)]
pub(crate) struct Widget {
    /// The texts in the reader's language.
    pub t: Texts,
    /// The path below which the panel's forms are sent.
    pub actions: String,
    /// What the forms carry, in the console.
    pub csrf: Option<String>,
    /// Where the virtual phones answer, in a sandbox. Elsewhere the text of the code stays
    /// in the picture.
    pub phones: Option<Arc<str>>,
    /// Whether the panel stands in a narrow column.
    pub narrow: bool,
    /// Whether the page has seen the instance unlinked: that it is linked is news then.
    pub was_unlinked: bool,
}

/// A number of which enough is hidden that a page on a screen does not give it away.
pub(crate) fn masked(digits: &str) -> String {
    const SHOWN_FIRST: usize = 4;
    const SHOWN_LAST: usize = 2;
    let hidden = digits.len().saturating_sub(SHOWN_FIRST + SHOWN_LAST);
    let (first, rest) = digits.split_at(SHOWN_FIRST.min(digits.len()));
    let last = &rest[hidden.min(rest.len())..];
    format!("+{first}{}{last}", "•".repeat(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_number_is_hidden() {
        assert_eq!(masked("15550100001"), "+1555•••••01");
        assert_eq!(masked("1234567"), "+1234•67");
        assert_eq!(masked("12"), "+12");
    }
}
