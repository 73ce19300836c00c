//! A simulated WhatsApp network: a server that unmodified clients link and log in to, and
//! the virtual phones whose owners scan codes, chat and call.
//!
//! [`Simulator`] is the network. [`Simulator::serve`] opens its websocket; [`phone_api`]
//! is the HTTP API that moves the phones: `docs/sandbox.md` describes it.
//!
//! The server is `siskin-sim-server`, which never sees a plaintext, a phone is
//! `siskin-sim-phone`. Here both are put together, moved from outside, and broken on purpose.
//!
//! It shares no code with the gateway, so that the two cannot agree on a mistake, and it
//! answers what it does not know with an error, so that a gap is seen.

mod faults;
mod flush;
mod phone_api;
mod phones;
mod serve;
mod simulator;
mod spoof;
mod start;
mod status;
mod unattended_device;

pub use faults::{Faults, RefuseMessages};
pub use phone_api::phone_api;
pub use phones::{LinkedDevice, NewPhone, Phone};
pub use serve::{WEBSOCKET_PATH, serve_router, websocket};
pub use simulator::Simulator;
pub use siskin_sim_phone::ChatOverview;
pub use siskin_sim_server::Handshakes;
pub use siskin_sim_server::account::Ban;
pub use siskin_sim_server::calls::{Call, CallState};
pub use siskin_sim_server::error::{Error, Refusal, RefusalKind};
pub use siskin_sim_server::media::{
    ExpireMedia, MediaDirection, MediaFault, MediaFaultKind, MediaRetryAnswer,
};
pub use spoof::{Spoof, SpoofKind};
pub use start::Config;
pub use status::NetworkStatus;
