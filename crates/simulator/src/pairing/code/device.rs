//! The device's part: it says that it shows a code, and proves that it is the one.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::bundle::{KEY_BUNDLE_LEN, open_bundle};
use super::shown::{Attempt, Flow};
use crate::connection::UnlinkedSession;
use crate::error::Refusal;
use crate::iq::IqError;
use crate::node::{NodeExt as _, iq_result, leaf};
use crate::pairing::link::link;
use crate::pairing::registration::new_ref;

/// The device's key under the code: salt, counter block, ciphertext.
const WRAPPED_KEY_LEN: usize = 80;

/// `companion_hello`: a device shows a code for a phone number.
pub(crate) fn companion_hello(
    session: &UnlinkedSession,
    iq: &Node,
    hello: &Node,
) -> Result<(), IqError> {
    let phone = hello.jid("jid").ok_or(IqError::BAD_REQUEST)?.user.to_string();
    let wrapped_key = hello.child_content("link_code_pairing_wrapped_companion_ephemeral_pub");
    let known = session.sim.account(&phone).is_some();
    if !known || wrapped_key.len() != WRAPPED_KEY_LEN {
        return Err(IqError::BAD_REQUEST);
    }
    let reference = new_ref();
    let connection = session.registration.outbox.id();
    let flow = Flow::new(connection, reference.clone(), wrapped_key.to_vec());
    session.sim.codes().add(phone, flow);
    let answer = NodeBuilder::new("link_code_companion_reg")
        .attr("stage", "companion_hello")
        .children([leaf("link_code_pairing_ref", reference)])
        .build();
    session.registration.outbox.send(iq_result(iq, vec![answer]));
    Ok(())
}

/// `companion_finish`: the device's proof, which the phone opens if the code was right.
pub(crate) async fn companion_finish(
    session: &UnlinkedSession,
    iq: &Node,
    finish: &Node,
) -> Result<(), IqError> {
    let phone = finish.jid("jid").ok_or(IqError::BAD_REQUEST)?.user.to_string();
    let reference = finish.child_content("link_code_pairing_ref");
    let bundle = finish.child_content("link_code_pairing_wrapped_key_bundle");
    let device_identity = finish.child_content("companion_identity_public");
    if bundle.len() != KEY_BUNDLE_LEN || device_identity != session.registration.keys.identity {
        return Err(IqError::BAD_REQUEST);
    }
    let codes = session.sim.codes();
    let attempt = codes.take_attempt(&phone, reference).ok_or(IqError::BAD_REQUEST)?;
    session.registration.outbox.send(iq_result(iq, Vec::new()));
    let outcome = finish_attempt(session, &attempt, bundle, device_identity).await;
    if outcome.is_ok() {
        codes.remove(&phone);
    }
    let _ = attempt.outcome.send(outcome);
    Ok(())
}

async fn finish_attempt(
    session: &UnlinkedSession,
    attempt: &Attempt,
    bundle: &[u8],
    device_identity: &[u8],
) -> Result<String, Refusal> {
    let secret = {
        let account = attempt.cell.lock().await;
        open_bundle(attempt, &account.identity.key, bundle, device_identity)
    };
    let Some(adv_secret) = secret else {
        return Err(Refusal::conflict(
            "This pairing code is wrong.",
            "Compare it with what the device shows; after three attempts request a new one.",
        ));
    };
    link(&session.sim, &attempt.cell, &session.registration, &adv_secret).await
}
