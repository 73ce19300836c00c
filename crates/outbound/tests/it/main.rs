//! Requests to a receiver on loopback: what it gets, and what never reaches it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calls;
mod files;
mod guard;
mod previews;
mod server;
mod webhooks;
