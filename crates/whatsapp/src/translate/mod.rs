//! Messages in WhatsApp's form and in the API's. One kind of message is one file with both
//! directions side by side, and one line in [`kinds::KINDS`].

mod ad;
mod audio;
mod build;
mod buttons;
mod contact;
mod context;
mod delete;
mod document;
mod draft;
mod edit;
mod envelope;
mod extension;
mod forward;
mod group_invite;
mod image;
mod interactive;
mod kind;
mod kinds;
mod list;
mod location;
mod media;
mod mention;
mod original;
mod poll;
mod reaction;
mod read;
mod silent;
mod sticker;
mod template;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod timer;
mod told_timer;
mod unsupported;
mod unwrap;
mod video;
mod vote;

pub(crate) use build::build;
pub(crate) use draft::{BuildError, Draft, Uploaded};
pub(crate) use envelope::Envelope;
pub(crate) use media::{FileReference, file_reference};
pub(crate) use mention::{Member, mention};
pub(crate) use read::read;
pub(crate) use told_timer::told_timer;
pub(crate) use vote::{EncryptedVote, encrypted_vote};
