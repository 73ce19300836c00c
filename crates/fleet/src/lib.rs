//! Instances as tasks: a registry, a mailbox for each, and the life of their links.
//!
//! The fleet knows neither HTTP nor WhatsApp's protocol. It drives the latter through the
//! port [`Engine`] and publishes how each instance stands as a `watch` of
//! [`siskin_model::Link`], which is all that the API, the pages and the terminal read.

mod asking;
mod bell;
pub mod engine;
mod error;
mod fleet;
mod instance;
mod pacer;
mod task;
#[cfg(feature = "testing")]
pub mod testing;

pub use asking::Asking;
pub use bell::Bell;
pub use engine::{End, Engine, EngineError, IssuedCode, Session, SessionEvent, Stored};
pub use error::{ChangeError, FleetError, LinkError};
pub use fleet::Fleet;
pub use instance::Instance;
