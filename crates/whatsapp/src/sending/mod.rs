//! What a session sends, and what it asks WhatsApp for on the way.

mod failure;
mod lookups;
mod prepare;
mod signs;
mod transmit;
mod upload;

pub(crate) use lookups::Lookups;
