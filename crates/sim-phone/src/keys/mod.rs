//! The phone's private keys: its identity, its sessions with other devices, and its keys in
//! groups.

mod identity;
mod sender_keys;
mod signal;

use buffa::Message as _;
use siskin_sim_server::error::Error;
use wacore::types::jid::JidExt as _;
use wacore_binary::Jid;
use wacore_libsignal::protocol::{ProtocolAddress, SignalProtocolError};
use waproto::whatsapp as wa;

pub use identity::CountersignedIdentity;
pub(crate) use identity::Identity;
pub(crate) use sender_keys::SenderKeys;
pub(crate) use signal::{PhoneKeys, session_bundle};

/// Where a phone keeps its session with a device: by number, whatever the device calls itself.
pub(crate) fn address(phone: &str, device: u16) -> ProtocolAddress {
    Jid::pn_device(phone, device).to_protocol_address()
}

/// What went wrong with a session, as an error of the phone's.
pub(crate) fn failed(error: SignalProtocolError) -> Error {
    Error::crypto(error)
}

/// The message in a decrypted content.
pub(crate) fn read_padded(padded: &[u8]) -> Result<wa::Message, SignalProtocolError> {
    // The last byte says how many bytes of padding there are.
    let padding = padded.last().copied().map_or(0, usize::from);
    let length = padded.len().saturating_sub(padding);
    wa::Message::decode_from_slice(&padded[..length])
        .map_err(|_| SignalProtocolError::InvalidProtobufEncoding)
}
