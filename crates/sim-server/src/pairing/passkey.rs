//! The passkey demand: an account that WhatsApp protects so has the device prove, through
//! the browser of its owner, that it holds the account's passkey.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::json;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, SERVER_JID};

use crate::clock::unix_seconds;
use crate::keys::random_bytes;
use crate::node::leaf;

/// The notification that asks a device for the passkey, with what its browser must sign.
pub(super) fn prologue_request() -> Node {
    let id = u64::from_be_bytes(random_bytes());
    NodeBuilder::new("notification")
        .attr("from", SERVER_JID)
        .attr("type", "passkey_prologue_request")
        .attr("id", id.to_string())
        .attr("t", unix_seconds().to_string())
        .children([request_options()])
        .build()
}

/// WebAuthn request options for WhatsApp's own web origin. No page of another origin can
/// satisfy them, and the simulator takes no answer.
pub(crate) fn request_options() -> Node {
    let options = json!({
        "challenge": BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<32>()),
        "rpId": "web.whatsapp.com",
        "timeout": 60_000,
        "userVerification": "required",
        "allowCredentials": [{
            "type": "public-key",
            "id": BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<16>()),
        }],
    });
    leaf("passkey_request_options", options.to_string())
}
