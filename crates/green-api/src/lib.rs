//! The vendor's words and nobody else's: how notifications, rows of journals, states and
//! settings are written. The nouns themselves are in `siskin-model`, the requests in `siskin-api`.
//!
//! A kind of message is one file in `kind/`, with its notification, its quoted form and its
//! row in journals side by side.

pub mod invalid;
pub mod journal;
mod kind;
pub mod markers;
mod notification;
mod quoted;
pub mod refusals;
pub mod settings;
mod told;
mod view;
mod words;

pub use kind::type_message;
pub use notification::{Notification, Sender};
pub use settings::Settings;
pub use view::View;
pub use words::Word;
