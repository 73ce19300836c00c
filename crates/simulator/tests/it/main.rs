//! The simulator against the real client library.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod linking;
mod network;
