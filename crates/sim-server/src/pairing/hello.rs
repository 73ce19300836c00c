//! `primary_hello`: a phone answers the device whose code was typed into it.

use wacore_binary::SERVER_JID;
use wacore_binary::builder::NodeBuilder;

use super::Registration;
use crate::clock::unix_seconds;
use crate::keys::random_bytes;
use crate::node::leaf;

/// Passes the phone's answer on: its key under the code, its public identity key, and the
/// reference of the code.
pub fn primary_hello(
    registration: &Registration,
    wrapped_key: Vec<u8>,
    identity: &[u8],
    reference: String,
) {
    let id = u64::from_be_bytes(random_bytes());
    let hello = NodeBuilder::new("link_code_companion_reg")
        .attr("stage", "primary_hello")
        .children([
            leaf("link_code_pairing_wrapped_primary_ephemeral_pub", wrapped_key),
            leaf("primary_identity_pub", identity),
            leaf("link_code_pairing_ref", reference),
        ])
        .build();
    let stanza = NodeBuilder::new("notification")
        .attr("from", SERVER_JID)
        .attr("type", "link_code_companion_reg")
        .attr("id", id.to_string())
        .attr("t", unix_seconds().to_string())
        .children([hello])
        .build();
    registration.outbox.send(stanza);
}
