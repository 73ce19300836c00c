//! The port to WhatsApp: what the fleet needs of an engine, in the fleet's words, and one file
//! for each capability of a session. The crate `whatsapp` implements a capability in the file of
//! the same name; tests have an engine of their own.

mod contacts;
mod engine;
mod error;
mod event;
mod files;
mod groups;
mod inbox;
mod life;
mod messages;
mod presence;
mod session;

pub use siskin_media::ContentKey;

pub use contacts::Contacts;
pub use engine::{Engine, Reports, StoredKeys};
pub use error::{EngineError, SendError};
pub use event::{EVENT_QUEUE, End, SessionEvent};
pub use files::{FetchError, Files};
pub use groups::{GroupMetadata, Groups};
pub use inbox::{History, Inbox, InboxEvent, Received, Refused};
pub use life::{IssuedCode, Life};
pub use messages::{LinkPreview, Mention, Messages, Parts, Prepared};
pub use presence::Presence;
pub use session::Session;
