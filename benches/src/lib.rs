//! What the benches share: processes of the gateway, the simulated network and the engine
//! alone, a lean HTTP client, a receiver of webhooks, figures. What was measured, and how to
//! repeat it, is in `docs/benchmarks.md`.

#![allow(clippy::disallowed_methods, reason = "benches are the gateway's clients")]

mod api;
mod client;
mod engine;
mod figures;
mod hooks;
mod process;
mod stage;
mod usage;

pub use api::Gateway;
pub use client::Connection;
pub use engine::Engine;
pub use figures::{median, percentile, table};
pub use hooks::{Hook, Hooks};
pub use process::{Process, gateway, simulator};
pub use stage::{Linked, Stage, chat};
pub use usage::Memory;
