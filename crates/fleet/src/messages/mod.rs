//! Messages of an instance: what it receives, what it sends, what it remembers.

mod backlog;
mod beside;
mod budget;
mod entries;
mod events;
mod fetching;
mod files;
mod groups;
mod in_flight;
mod inbox;
mod journal;
mod marks;
mod names;
mod outbox;
mod people;
mod progress;
mod queue;
mod room;
mod spellings;
mod timers;
mod undecryptable;
mod waiting;

pub(crate) use backlog::Backlog;
pub(crate) use beside::{groups, marks};
pub(crate) use budget::Spending;
pub use budget::{Budget, BudgetOf, FileLimits};
pub(crate) use fetching::{Turns, fetch_files};
pub use files::KeptFile;
pub(crate) use in_flight::InFlight;
pub(crate) use inbox::InstanceInbox;
pub use journal::MessageRows;
pub(crate) use outbox::send_messages;
pub(crate) use people::PeopleCache;
pub(crate) use room::Room;
pub(crate) use spellings::Lookups;
pub(crate) use undecryptable::undecryptable;
