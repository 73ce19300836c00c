//! What a session sends, and what it asks WhatsApp for on the way.

mod failure;
mod lookups;
mod mentions;
mod prepare;
mod readers;
mod rights;
mod signs;
mod transmit;
mod upload;

pub(crate) use lookups::Lookups;
