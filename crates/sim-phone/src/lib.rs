//! A virtual phone: the primary device of an account, and a real client of the end-to-end
//! encryption.
//!
//! [`Phone`] is what it keeps: private keys and chats. [`Client`] is a phone on its network; what
//! it does are functions on that.
//!
//! `keys` and `app_state` are its keys, `chats` what it keeps of messages, `content` what stands
//! in one and how one is written. `messages` sends and receives them, `companions` and `requests`
//! are what passes between it and its linked devices, `history` what it tells them of the time
//! before, `media` its files. `pairing`, `messaging` and `calling` are what people do with it.

mod account_file;
pub mod address_book;
mod app_state;
pub mod calling;
pub mod chat;
mod chats;
mod client;
mod companions;
mod content;
mod enc;
mod history;
mod history_request;
mod keys;
mod media;
pub mod messages;
pub mod messaging;
pub mod pairing;
mod phone;
mod primary;
mod requests;
mod state;

pub use app_state::Contact;
pub use chats::{ChatOverview, Chats, MessageFilter, Row, Status};
pub use client::Client;
pub use content::describe;
pub use keys::CountersignedIdentity;
pub use media::{MediaRef, OpenError, open_to_file};
pub use phone::Phone;
