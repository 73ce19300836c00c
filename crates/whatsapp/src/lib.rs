//! WhatsApp's multi-device protocol: the only crate beside the simulator that knows the
//! engine `whatsapp-rust`.
//!
//! It implements the fleet's port, each capability of a session in the file that the port has
//! it in. What the engine reports is translated into the fleet's words: what happens to a
//! session in `events`, what it receives in `inbound`. Messages have a form of WhatsApp's and
//! one of the API's; `translate` knows both. What the engine leaves to its user is here too:
//! keys and messages on disk before WhatsApp is told, sockets without Nagle's delay, one version
//! and one HTTP client for all sessions.

mod account;
mod addresses;
pub mod certificate;
mod client;
mod client_slot;
mod contacts;
mod devices;
mod endpoint;
mod engine;
mod events;
mod failure;
mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod groups;
mod inbound;
mod jid;
mod keystore;
mod life;
mod media;
mod media_url;
mod members;
mod messages;
mod new_link;
mod presence;
mod remembered;
mod session;
mod session_events;
mod translate;
mod transport;
mod version;
mod watcher;

pub use endpoint::{Endpoint, EndpointError, SIMULATOR_ONLY};
pub use engine::WhatsApp;
pub use version::{VERSION_PAGE, Version, Versions};
