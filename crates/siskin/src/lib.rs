//! The program: command line, configuration, data folder, wiring, shutdown.

pub mod cli;
mod client_address;
mod commands;
pub mod config;
pub mod data_folder;
mod explain;
pub mod gateway;
mod health;
mod http_server;
mod known_hosts;
mod listen;
mod local_client;
mod open_files;
mod panics;
mod previews;
pub mod private;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod stop_signal;
pub mod telemetry;
mod versions;
mod wrong_tokens;

pub use cli::Cli;
pub use explain::explain;
