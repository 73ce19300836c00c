//! Linking by pairing code, the device's part: it says that it shows a code, and proves that it
//! is the one.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::IqError;
use crate::node::{NodeExt as _, iq_result, leaf};
use crate::pairing::{KeyBundle, PairingCode, new_ref};
use crate::session::UnlinkedSession;

/// The device's key under the code: salt, counter block, ciphertext.
const WRAPPED_KEY_LEN: usize = 80;
/// The proof: salt (32), nonce (12), ciphertext (96) and tag (16).
const KEY_BUNDLE_LEN: usize = 32 + 12 + 96 + 16;

/// `link_code_companion_reg`, by its stage.
pub(super) fn answer(
    session: &UnlinkedSession,
    iq: &Node,
    child: Option<&Node>,
) -> Result<(), IqError> {
    let child = child.ok_or(IqError::BAD_REQUEST)?;
    match child.text("stage").as_ref() {
        "companion_hello" => companion_hello(session, iq, child),
        "companion_finish" => companion_finish(session, iq, child),
        _ => Err(IqError::BAD_REQUEST),
    }
}

/// `companion_hello`: a device shows a code for a phone number.
fn companion_hello(session: &UnlinkedSession, iq: &Node, hello: &Node) -> Result<(), IqError> {
    let phone = hello.jid("jid").ok_or(IqError::BAD_REQUEST)?.user.to_string();
    let wrapped_key = hello.child_content("link_code_pairing_wrapped_companion_ephemeral_pub");
    let known = session.server.directory.account(&phone).is_some();
    if !known || wrapped_key.len() != WRAPPED_KEY_LEN {
        return Err(IqError::BAD_REQUEST);
    }
    let reference = new_ref();
    let connection = session.registration.outbox.id();
    let code = PairingCode::new(connection, reference.clone(), wrapped_key.to_vec());
    session.server.codes.add(phone, code);
    let answer = NodeBuilder::new("link_code_companion_reg")
        .attr("stage", "companion_hello")
        .children([leaf("link_code_pairing_ref", reference)])
        .build();
    session.registration.outbox.send(iq_result(iq, vec![answer]));
    Ok(())
}

/// `companion_finish`: the device's proof, which the phone opens if the code was right.
fn companion_finish(session: &UnlinkedSession, iq: &Node, finish: &Node) -> Result<(), IqError> {
    let phone = finish.jid("jid").ok_or(IqError::BAD_REQUEST)?.user.to_string();
    let reference = finish.child_content("link_code_pairing_ref");
    let sealed = finish.child_content("link_code_pairing_wrapped_key_bundle").to_vec();
    let device_identity = finish.child_content("companion_identity_public").to_vec();
    if sealed.len() != KEY_BUNDLE_LEN || device_identity != session.registration.keys.identity {
        return Err(IqError::BAD_REQUEST);
    }
    let bundle = KeyBundle { sealed, device_identity };
    if !session.server.codes.give_bundle(&phone, reference, bundle) {
        return Err(IqError::BAD_REQUEST);
    }
    session.registration.outbox.send(iq_result(iq, Vec::new()));
    Ok(())
}
