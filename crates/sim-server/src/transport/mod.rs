//! The websocket of one client: encrypted frames in, stanzas out, and the other way round.

mod outbox;
mod socket;
mod stanzas;

pub use outbox::Outbox;
pub(crate) use outbox::write_out;
pub(crate) use socket::{Incoming, Outgoing, split};
pub(crate) use stanzas::StanzaReader;
