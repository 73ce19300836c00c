//! The only door to foreign networks: an HTTP client that knows where it must not go.
//!
//! Addresses that users of the gateway choose (webhooks, files by URL) could lead it to
//! machines that only the gateway can reach. The guard looks at the addresses that a name
//! resolves to at the moment of connecting, so a name cannot change its mind in between.

mod client;
mod error;
mod guard;
mod webhook;

pub use client::Outbound;
pub use error::OutboundError;
pub use guard::Policy;
pub use webhook::authorization;
