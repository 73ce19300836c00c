//! The pages over HTTP, on a fleet whose sessions the tests drive.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod console;
mod live;
mod qr_page;
mod site;
