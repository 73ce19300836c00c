//! The phone's part: its owner types the code, it answers with its own key.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use wacore::pair_code::PairCodeUtils;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, SERVER_JID};
use wacore_libsignal::protocol::KeyPair;

use super::shown::{Attempt, nobody_waits};
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::error::{Error, Refusal};
use crate::keys::{new_key_pair, public_bytes, random_bytes};
use crate::node::leaf;
use crate::pairing::link::{check_phone, check_ready};
use crate::simulator::Simulator;

/// A client may show its code before its hello has arrived; a phone that is quicker than
/// that waits for the hello this long.
const HELLO_TIMEOUT: Duration = Duration::from_secs(1);
/// How long the phone waits for the device's answer to a typed code.
const FINISH_TIMEOUT: Duration = Duration::from_secs(60);
/// Letters and digits of a code, without the dash in its middle.
const CODE_LEN: usize = 8;

/// A phone's owner types a code. Gives the JID of the new device once it is linked.
pub(crate) async fn enter(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    code: &str,
) -> Result<String, Refusal> {
    let code = normalise(code)?;
    check_phone(&*cell.lock().await)?;
    let codes = sim.codes();
    // Whether it came in time shows in the next step.
    let _ = tokio::time::timeout(HELLO_TIMEOUT, codes.shown_for(&cell.phone)).await;
    let typed = codes.begin_attempt(&cell.phone, Instant::now())?;
    let registration = sim.registrations().by_connection(typed.connection);
    let registration = registration.ok_or_else(nobody_waits)?;
    let identity = {
        let account = cell.lock().await;
        check_ready(&account, &registration)?;
        public_bytes(&account.identity.key).to_vec()
    };
    let ephemeral = new_key_pair();
    let (device_ephemeral, wrapped) = unwrap_and_wrap(typed.wrapped_key, &ephemeral, code).await?;
    let (outcome, linked) = oneshot::channel();
    codes.expect_answer(
        &cell.phone,
        &typed.reference,
        Attempt { cell: cell.clone(), ephemeral, device_ephemeral, outcome },
    )?;
    let hello = primary_hello(wrapped, identity, typed.reference);
    registration.outbox.send(hello);
    match tokio::time::timeout(FINISH_TIMEOUT, linked).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(nobody_waits()),
        Err(_) => {
            Err(Refusal::conflict("The device did not answer.", "Request a new pairing code."))
        }
    }
}

/// The eight characters of a code, upper case, without separators.
fn normalise(code: &str) -> Result<String, Refusal> {
    let code: String =
        code.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| c.to_ascii_uppercase()).collect();
    if code.len() == CODE_LEN && code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(code);
    }
    Err(Refusal::invalid(
        "This is not a pairing code.",
        "A pairing code has eight letters and digits, such as ABCD-1234.",
    ))
}

/// Opens the device's key and closes ours with the code: two slow key derivations, off the
/// async threads.
async fn unwrap_and_wrap(
    wrapped_key: Vec<u8>,
    ephemeral: &KeyPair,
    code: String,
) -> Result<([u8; 32], Vec<u8>), Error> {
    let mut ours = [0; 32];
    ours.copy_from_slice(public_bytes(ephemeral));
    tokio::task::spawn_blocking(move || {
        let theirs = PairCodeUtils::decrypt_primary_ephemeral_pub(&wrapped_key, &code)
            .map_err(|error| Error::Crypto(error.to_string()))?;
        let wrapped = PairCodeUtils::encrypt_ephemeral_pub(&ours, &code);
        Ok((theirs, wrapped.to_vec()))
    })
    .await
    .map_err(|error| Error::Crypto(error.to_string()))?
}

/// `primary_hello`: the phone's key under the code, and its identity.
fn primary_hello(wrapped: Vec<u8>, identity: Vec<u8>, reference: String) -> Node {
    let id = u64::from_be_bytes(random_bytes());
    let hello = NodeBuilder::new("link_code_companion_reg")
        .attr("stage", "primary_hello")
        .children([
            leaf("link_code_pairing_wrapped_primary_ephemeral_pub", wrapped),
            leaf("primary_identity_pub", identity),
            leaf("link_code_pairing_ref", reference),
        ])
        .build();
    NodeBuilder::new("notification")
        .attr("from", SERVER_JID)
        .attr("type", "link_code_companion_reg")
        .attr("id", id.to_string())
        .attr("t", unix_seconds().to_string())
        .children([hello])
        .build()
}
