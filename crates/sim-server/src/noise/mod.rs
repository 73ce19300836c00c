//! The server's side of WhatsApp's encrypted transport: Noise XX and IK over frames with
//! a three-byte length.

mod certificate;
mod handshake;
mod intro;

pub(crate) use certificate::ServerIdentity;
pub(crate) use handshake::{Established, HandshakeError, Pattern, accept};
