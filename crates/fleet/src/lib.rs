//! Instances as tasks: a registry, a mailbox for each, and the life of their links.
//!
//! The fleet knows neither HTTP nor WhatsApp's protocol. It drives the latter through the
//! port [`Engine`] and publishes how each instance stands as a `watch` of
//! [`siskin_model::Link`], which is all that the API, the pages and the terminal read.

mod backlog;
mod bell;
mod bounds;
mod configuration;
mod entries;
mod error;
mod files;
mod fleet;
mod groups;
mod ids;
mod inbox;
mod instance;
mod journal;
mod log;
mod online;
mod outbox;
mod pacer;
mod parts;
mod people;
pub mod port;
mod previews;
mod qr_viewers;
mod read_marks;
mod setup;
mod shared;
mod sweep;
mod task;
mod timers;
mod typing;
mod undecryptable;

pub use bell::Bell;
pub use bounds::{LARGEST_FORM, LONGEST_TEXT};
pub use error::{BudgetOf, ChangeError, FleetError, LinkError, MessageError};
pub use files::{Budget, FileLimits, KeptFile};
pub use fleet::Fleet;
pub use ids::{new_file_token, new_message_id};
pub use instance::Instance;
pub use journal::{MessageRows, Shown};
pub use outbox::Pacing;
pub use people::Names;
pub use port::{
    ContentKey, End, Engine, EngineError, FetchError, GroupMetadata, IssuedCode, LinkPreview,
    Mention, Parts, Prepared, Reports, SendError, Session, SessionEvent, StoredKeys,
};
pub use previews::{LARGEST_PICTURE, NoPreviews, Previews};
pub use qr_viewers::QrViewer;
pub use setup::Setup;
