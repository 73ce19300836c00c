//! Linking by pairing code: the phone's owner types the code, it answers with its own key, and
//! opens the device's proof.

use std::sync::Arc;
use std::time::{Duration, Instant};

use siskin_sim_server::error::{Error, Refusal};
use siskin_sim_server::keys::{new_key_pair, public_bytes};
use siskin_sim_server::pairing::{
    KeyBundle, Registration, check_phone, check_ready, nobody_waits, primary_hello,
};
use wacore::pair_code::PairCodeUtils;
use wacore_libsignal::protocol::KeyPair;

use super::bundle::{Ephemerals, open_bundle};
use super::link::link;
use crate::client::Client;

/// A client may show its code before its hello has arrived; a phone that is quicker than
/// that waits for the hello this long.
const HELLO_TIMEOUT: Duration = Duration::from_secs(1);
/// How long the phone waits for the device's answer to a typed code.
const FINISH_TIMEOUT: Duration = Duration::from_secs(60);
/// Letters and digits of a code, without the dash in its middle.
const CODE_LEN: usize = 8;

/// A phone's owner types a code. Gives the JID of the new device once it is linked.
///
/// # Errors
/// As [`super::scan`]; also a wrong code, and a device that does not answer within 60 seconds.
pub async fn enter(client: &Client, code: &str) -> Result<String, Refusal> {
    let Client { server, account, phone } = client;
    let code = normalise(code)?;
    check_phone(&*account.lock().await)?;
    let codes = &server.codes;
    // Whether it came in time shows in the next step.
    let _ = tokio::time::timeout(HELLO_TIMEOUT, codes.wait_for(&account.phone)).await;
    let typed = codes.begin_attempt(&account.phone, Instant::now())?;
    let registration = server.registrations.by_connection(typed.connection);
    let registration = registration.ok_or_else(nobody_waits)?;
    check_ready(&*account.lock().await, &registration)?;
    let own = new_key_pair();
    let (device, wrapped) = unwrap_and_wrap(typed.wrapped_key, &own, code).await?;
    let bundle = codes.expect_bundle(&account.phone, &typed.reference)?;
    primary_hello(&registration, wrapped, &phone.identity, typed.reference);
    // On its own, so that the device is linked even if nobody waits for that any more.
    let client = client.clone();
    let linked = tokio::spawn(async move {
        let bundle = bundle.await.map_err(|_| nobody_waits())?;
        finish(&client, &registration, &Ephemerals { own, device }, &bundle).await
    });
    match tokio::time::timeout(FINISH_TIMEOUT, linked).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(nobody_waits()),
        Err(_) => {
            Err(Refusal::conflict("The device did not answer.", "Request a new pairing code."))
        }
    }
}

/// The device has answered: opens its proof and links it.
async fn finish(
    client: &Client,
    registration: &Arc<Registration>,
    ephemerals: &Ephemerals,
    bundle: &KeyBundle,
) -> Result<String, Refusal> {
    let secret = {
        let state = client.phone.lock().await;
        open_bundle(ephemerals, &state.identity, bundle)
    };
    let Some(adv_secret) = secret else {
        return Err(Refusal::conflict(
            "This pairing code is wrong.",
            "Compare it with what the device shows; after three attempts request a new one.",
        ));
    };
    let jid = link(client, registration, &adv_secret).await?;
    client.server.codes.remove(&client.account.phone);
    Ok(jid)
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
            .map_err(Error::crypto)?;
        let wrapped = PairCodeUtils::encrypt_ephemeral_pub(&ours, &code);
        Ok((theirs, wrapped.to_vec()))
    })
    .await
    .map_err(Error::crypto)?
}
