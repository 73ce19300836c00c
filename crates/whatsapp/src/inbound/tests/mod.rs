#![allow(clippy::unwrap_used)]

mod gate;
mod history;
mod messages;
mod reports;
