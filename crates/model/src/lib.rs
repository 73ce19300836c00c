//! The nouns of the gateway and the rules about them: identifiers, tokens, the life of a link,
//! messages. No I/O, no clock, no async, and none of the vendor's JSON, which is drawn from
//! them: everything here can be tested by calling it.

mod account;
mod call;
mod chat_id;
mod client_address;
mod file;
mod file_name;
mod file_token;
mod history;
mod id;
mod link;
pub mod message;
mod mime_type;
mod person;
mod phone;
mod receipt;
mod state;
pub mod text;
mod time;
mod timer;
mod token;
mod wrong_token;

pub use account::Account;
pub use call::{CallRecord, CallStatus};
pub use chat_id::{ChatId, ChatKind};
pub use client_address::ClientAddress;
pub use file::{FileState, StoredFile};
pub use file_name::FileName;
pub use file_token::FileToken;
pub use history::StateRecord;
pub use id::{InstanceId, InvalidInstanceId};
pub use link::{Link, PairingCode, Phase, Qr, Reason};
pub use message::{Body, Content, Message, MessageId, MessageStatus};
pub use mime_type::MimeType;
pub use person::{Address, Person};
pub use phone::{InvalidPhoneNumber, PhoneNumber};
pub use receipt::Receipt;
pub use state::{InstanceState, SocketStatus};
pub use time::UnixMillis;
pub use timer::Timer;
pub use token::Token;
pub use wrong_token::WrongToken;
