//! The pages over HTTP, on a fleet whose sessions the tests drive.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chat;
mod console;
mod live;
mod notifications;
mod qr_page;
mod site;
