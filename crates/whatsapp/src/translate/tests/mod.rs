#![allow(clippy::unwrap_used)]

mod any_message;
mod context;
mod files;
mod incoming;
mod pressed;
mod protocol;
mod repeated;
mod seeds;
mod sending;
mod timers;
mod votes;
