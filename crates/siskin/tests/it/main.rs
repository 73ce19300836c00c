//! Scenarios over the program's own code and the simulated network.
#![cfg(feature = "sandbox")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "the tests are the gateway's clients")]

mod at_once;
mod connections;
mod crash;
mod disk;
mod doors;
mod ends;
mod linking;
mod many;
mod messages;
mod network_elsewhere;
mod notifications;
mod own_address;
mod passkey;
mod plain_build;
mod private;
mod processes;
mod slow_readers;
mod stage;
mod terminal;
mod websocket;
