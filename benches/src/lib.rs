//! What the benches share: processes of the gateway and the simulated network, a lean HTTP
//! client, figures. What was measured, and how to repeat it, is in `docs/benchmarks.md`.

mod api;
mod client;
mod figures;
mod process;

pub use api::Gateway;
pub use client::Connection;
pub use figures::{median, table};
pub use process::{Process, gateway, simulator};
