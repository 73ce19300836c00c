//! The ways out of the notification log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ends;
mod outbound;
mod poll;
mod retention;
mod stage;
mod webhook;
