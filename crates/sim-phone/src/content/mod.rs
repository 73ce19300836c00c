//! What stands in a message: how it is shown, and how it is written.

mod bubbles;
mod describe;
mod files;
mod innermost;
mod json;
mod stanza;
mod write;

pub use describe::describe;
pub(crate) use innermost::{innermost, poll};
pub(crate) use stanza::{edit_attribute, hides_failure, media_type, stanza_type};
pub(crate) use write::{Context, Draft, Quoted, Target};
