//! The simulator against the real client library.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calls;
mod client;
mod contacts;
mod direct;
mod faults;
mod garbage;
mod groups;
mod history;
mod http;
mod kinds;
mod linking;
mod load;
mod loopback;
mod media;
mod network;
mod pairing_code;
mod persistence;
mod phone;
mod phone_api;
mod receipts;
mod retries;
mod session;
mod typing;
mod watching;
