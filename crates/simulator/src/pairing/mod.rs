//! Linking a device to a phone: by QR, by pairing code, and what both end in.

mod code;
mod link;
mod passkey;
mod qr;
mod registration;

pub(crate) use code::{Codes, companion_finish, companion_hello, enter};
pub(crate) use link::{abandon, check_phone, confirm, forget_unconfirmed};
pub(crate) use passkey::request_options;
pub(crate) use qr::{pair_device, scan};
pub(crate) use registration::{Registration, Registrations};
