//! The program: command line, configuration, data folder, wiring, shutdown.

pub mod cli;
mod commands;
pub mod config;
pub mod data_folder;
pub mod gateway;
mod health;
mod http_server;
mod local_client;
mod panics;
mod previews;
pub mod private;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod telemetry;
mod versions;

pub use cli::Cli;
