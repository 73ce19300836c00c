//! Instances as tasks: a registry, a mailbox for each, and the life of their links.
//!
//! The fleet knows neither HTTP nor WhatsApp's protocol. It drives the latter through the
//! port [`Engine`] and publishes how each instance stands as a `watch` of
//! [`siskin_model::Link`], which is all that the API, the pages and the terminal read.

mod asking;
mod bell;
mod error;
mod fleet;
mod ids;
mod instance;
mod journal;
mod log;
mod messages;
mod pacer;
pub mod port;
mod previews;
mod surroundings;
mod task;
#[cfg(feature = "testing")]
pub mod testing;

pub use asking::Asking;
pub use bell::Bell;
pub use error::{ChangeError, FleetError, LinkError, MessageError};
pub use fleet::Fleet;
pub use ids::{new_file_token, new_message_id};
pub use instance::Instance;
pub use messages::{Budget, BudgetOf, FileLimits, KeptFile, MessageRows};
pub use port::{
    ContentKey, End, Engine, EngineError, FetchError, GroupFacts, IssuedCode, LinkPreview, Mention,
    Parts, Prepared, Reports, SendError, Session, SessionEvent, Stored,
};
pub use previews::{LARGEST_PICTURE, NoPreviews, Previews};
pub use surroundings::{Pacing, Setup};

// What `port` was called before.
use port as engine;
mod incoming {
    pub(crate) use crate::port::{History, Inbox, InboxEvent as Incoming, Received, Refused};
}
