//! A simulated WhatsApp server: what unmodified clients link and log in to.
//!
//! It has public keys, devices and what waits for them, and never sees a plaintext: the private
//! keys are a phone's, of which it knows no more than [`account::PrimaryDevice`].
//!
//! Where things are: `noise` and `transport` are the encrypted transport, `connection` one
//! client's life on it, `pairing` what happens until a device is linked, `iq` the requests of
//! linked devices, `routing` what is passed on, `devices` what is told of devices, `groups`,
//! `calls` and `media` what their names say, `account`, `directory` and `storage` who is there and
//! what is kept.
//!
//! It answers what it does not know with an error, so that a gap is seen.

pub mod account;
pub mod calls;
pub mod clock;
mod conditions;
mod connection;
mod counters;
pub mod devices;
mod directory;
pub mod error;
pub mod groups;
mod iq;
pub mod key_nodes;
pub mod keys;
pub mod media;
mod message_faults;
pub mod node;
mod noise;
mod number;
pub mod pairing;
pub mod routing;
mod server;
mod session;
pub mod storage;
mod transport;

pub use conditions::Conditions;
pub use connection::serve_client;
pub use counters::{Counters, Handshakes};
pub use directory::Directory;
pub use message_faults::{MessageFaultCounts, MessageFaults};
pub use number::parse_phone_number;
pub use server::Server;
pub use transport::Outbox;
