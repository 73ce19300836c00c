//! The nouns of the gateway and the rules about them: identifiers, tokens, settings, the
//! life of a link, notifications. No I/O, no clock, no async: everything here can be
//! tested by calling it.

mod account;
mod history;
mod id;
mod link;
mod notification;
mod phone;
pub mod settings;
mod state;
mod time;
mod token;

pub use account::{Account, ChatId};
pub use history::StateRecord;
pub use id::{InstanceId, InvalidInstanceId};
pub use link::{Link, PairingCode, Phase, Qr, Reason};
pub use notification::{Notification, Receipt};
pub use phone::{InvalidPhoneNumber, PhoneNumber};
pub use settings::Settings;
pub use state::{InstanceState, SocketStatus};
pub use time::UnixMillis;
pub use token::Token;
