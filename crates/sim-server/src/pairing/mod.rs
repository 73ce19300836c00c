//! Linking a device to a phone, as far as the server has to do with it: the clients that wait,
//! the codes that they show, and the link.

mod codes;
mod hello;
mod link;
mod passkey;
mod registration;
mod statement;

pub(crate) use codes::PairingCode;
pub use codes::{CodeAttempt, KeyBundle, PairingCodes, nobody_waits};
pub use hello::primary_hello;
pub use link::{Admission, check_phone, check_ready, expired, link, reserve_device};
pub(crate) use link::{abandon, confirm, forget_unconfirmed};
pub(crate) use passkey::request_options;
pub use registration::{Registration, Registrations};
pub(crate) use registration::{new_ref, pair_device};
pub use statement::is_countersigned;
