//! A simulated WhatsApp network: a server that unmodified clients link and log in to, and
//! the virtual phones whose owners scan codes, chat and call.
//!
//! [`Simulator`] is the network. [`Simulator::serve`] opens its websocket; [`phone_api`]
//! is the HTTP API that moves the phones: `docs/sandbox.md` describes it.
//!
//! Where things are: `noise` is the encrypted transport, `connection` one client's life on
//! it, `pairing` what happens until a device is linked, `iq` the requests of linked devices,
//! `routing` what the server passes on, `phone` the phone as an encrypting client with its
//! chats, `messaging` and `calling` what people do with it, `groups`, `media` and `history`
//! what their names say, `account` and `storage` what is kept.
//!
//! It shares no code with the gateway, so that the two cannot agree on a mistake, and it
//! answers what it does not know with an error, so that a gap is seen.

mod account;
mod calling;
mod clock;
mod conditions;
mod connection;
mod counters;
mod devices;
mod error;
mod faults;
mod flush;
mod ghost;
mod groups;
mod history;
mod iq;
mod key_nodes;
mod keys;
mod media;
mod message_faults;
mod messaging;
mod node;
mod noise;
mod pairing;
mod peer;
mod phone;
mod phone_api;
mod phones;
mod routing;
mod serve;
mod simulator;
mod spoof;
mod status;
mod storage;

pub use account::Ban;
pub use counters::Handshakes;
pub use error::{Error, Refusal, RefusalKind};
pub use faults::{Faults, RefuseMessages};
pub use media::{ExpireMedia, MediaDirection, MediaFault, MediaFaultKind, MediaRetryAnswer};
pub use phone::ChatOverview;
pub use phone_api::phone_api;
pub use phones::{LinkedDevice, NewPhone, Phone};
pub use routing::{Call, CallState};
pub use serve::{WEBSOCKET_PATH, serve_router, websocket};
pub use simulator::{Config, Simulator};
pub use spoof::{Spoof, SpoofKind};
pub use status::NetworkStatus;
