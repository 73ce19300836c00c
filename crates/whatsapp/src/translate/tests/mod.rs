#![allow(clippy::unwrap_used)]

mod any_message;
mod context;
mod files;
mod incoming;
mod pressed;
mod protocol;
mod seeds;
mod sending;
mod votes;
