//! Linking by pairing code. The device encrypts a key with the code it shows, the person
//! types the code into the phone, and each side proves to the other that it has it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};
use wacore::pair_code::PairCodeUtils;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, SERVER_JID};
use wacore_libsignal::crypto::aes_256_gcm_decrypt;
use wacore_libsignal::protocol::{CurveError, KeyPair};

use super::link::{check_phone, check_ready, link};
use super::registration::new_ref;
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::connection::UnlinkedSession;
use crate::error::{Error, Refusal};
use crate::iq::IqError;
use crate::keys::{new_key_pair, public_bytes, public_key, random_bytes};
use crate::node::{NodeExt as _, iq_result, leaf};
use crate::simulator::Simulator;

/// A client may show its code before its hello has arrived; a phone that is quicker than
/// that waits for the hello this long.
const HELLO_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a code can be typed.
const CODE_LIFETIME: Duration = Duration::from_secs(180);
/// How often a code can be typed, right or wrong.
const MAX_ATTEMPTS: u32 = 3;
/// How long the phone waits for the device's answer to a typed code.
const FINISH_TIMEOUT: Duration = Duration::from_secs(60);
/// Letters and digits of a code, without the dash in its middle.
const CODE_LEN: usize = 8;
/// The device's key under the code: salt, counter block, ciphertext.
const WRAPPED_KEY_LEN: usize = 80;
/// The device's proof: salt (32), nonce (12), ciphertext (96) and tag (16).
const KEY_BUNDLE_LEN: usize = 32 + 12 + 96 + 16;

/// The codes that devices show, by the phone number they were asked for. A later code for
/// the same number replaces the earlier. One per open connection at most.
#[derive(Default)]
pub(crate) struct Codes {
    flows: Mutex<HashMap<String, Flow>>,
    /// Rings when a code is added.
    added: Notify,
}

/// One code from `companion_hello` to the link.
struct Flow {
    connection: u64,
    reference: String,
    /// The device's ephemeral key, encrypted with the code.
    wrapped_key: Vec<u8>,
    shown: Instant,
    attempts: u32,
    attempt: Option<Attempt>,
}

/// A code that was typed and waits for the device's answer.
struct Attempt {
    cell: Arc<AccountCell>,
    /// The phone's ephemeral key.
    ephemeral: KeyPair,
    /// The device's, as the typed code decrypts it: noise if the code is wrong.
    device_ephemeral: [u8; 32],
    outcome: oneshot::Sender<Result<String, Refusal>>,
}

impl Codes {
    /// A connection has ended, and its code with it.
    pub(crate) fn forget_connection(&self, connection: u64) {
        self.flows().retain(|_, flow| flow.connection != connection);
    }

    fn add(&self, phone: String, flow: Flow) {
        self.flows().insert(phone, flow);
        self.added.notify_waiters();
    }

    /// Waits until a device shows a code for the number.
    async fn shown_for(&self, phone: &str) {
        loop {
            let added = self.added.notified();
            tokio::pin!(added);
            added.as_mut().enable();
            if self.flows().contains_key(phone) {
                return;
            }
            added.await;
        }
    }

    /// Notes whose answer the code waits for, unless another code has replaced it.
    fn expect_answer(&self, phone: &str, reference: &str, attempt: Attempt) -> Result<(), Refusal> {
        let mut flows = self.flows();
        let flow = flows.get_mut(phone).filter(|flow| flow.reference == reference);
        flow.ok_or_else(nobody_waits)?.attempt = Some(attempt);
        Ok(())
    }

    fn flows(&self) -> MutexGuard<'_, HashMap<String, Flow>> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    let flow = Flow {
        connection: session.registration.outbox.id(),
        reference: reference.clone(),
        wrapped_key: wrapped_key.to_vec(),
        shown: Instant::now(),
        attempts: 0,
        attempt: None,
    };
    session.sim.codes().add(phone, flow);
    let answer = NodeBuilder::new("link_code_companion_reg")
        .attr("stage", "companion_hello")
        .children([leaf("link_code_pairing_ref", reference)])
        .build();
    session.registration.outbox.send(iq_result(iq, vec![answer]));
    Ok(())
}

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
    let typed = begin_attempt(codes, &cell.phone, Instant::now())?;
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

/// The code that is being typed.
struct Typed {
    connection: u64,
    reference: String,
    wrapped_key: Vec<u8>,
}

/// Counts the attempt, while the code lives.
fn begin_attempt(codes: &Codes, phone: &str, now: Instant) -> Result<Typed, Refusal> {
    let mut flows = codes.flows();
    let flow = flows.get_mut(phone).ok_or_else(nobody_waits)?;
    let refusal = if now.duration_since(flow.shown) >= CODE_LIFETIME {
        "This pairing code has expired."
    } else if flow.attempts == MAX_ATTEMPTS {
        "This pairing code was typed too often."
    } else {
        flow.attempts += 1;
        return Ok(Typed {
            connection: flow.connection,
            reference: flow.reference.clone(),
            wrapped_key: flow.wrapped_key.clone(),
        });
    };
    flows.remove(phone);
    Err(Refusal::conflict(refusal, "Request a new pairing code and type it within 180 seconds."))
}

fn nobody_waits() -> Refusal {
    Refusal::conflict(
        "No device waits for a code on this number.",
        "Request a pairing code for this phone number first.",
    )
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
    let attempt = {
        let mut flows = session.sim.codes().flows();
        let flow = flows.get_mut(&phone);
        flow.filter(|flow| flow.reference.as_bytes() == reference)
            .and_then(|flow| flow.attempt.take())
            .ok_or(IqError::BAD_REQUEST)?
    };
    session.registration.outbox.send(iq_result(iq, Vec::new()));
    let outcome = finish_attempt(session, &attempt, bundle, device_identity).await;
    if outcome.is_ok() {
        session.sim.codes().flows().remove(&phone);
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

/// Opens the device's proof and derives the secret that both sides now share. `None` when
/// the typed code was another than the shown one.
fn open_bundle(
    attempt: &Attempt,
    identity: &KeyPair,
    bundle: &[u8],
    device_identity: &[u8],
) -> Option<[u8; 32]> {
    let shared = agree(&attempt.ephemeral, &attempt.device_ephemeral).ok()?;
    let (salt, rest) = bundle.split_at_checked(32)?;
    let (nonce, sealed) = rest.split_at_checked(12)?;
    let mut key = [0; 32];
    let info = b"link_code_pairing_key_bundle_encryption_key";
    wacore::crypto::hkdf_sha256_into(&shared, Some(salt), info, &mut key).ok()?;
    let mut opened = Vec::new();
    aes_256_gcm_decrypt(&key, nonce.try_into().ok()?, b"", sealed, &mut opened).ok()?;
    // The device's identity, ours, and its share of the secret.
    let (theirs, rest) = opened.split_at_checked(32)?;
    let (ours, random) = rest.split_at_checked(32)?;
    if theirs != device_identity || ours != public_bytes(identity) {
        return None;
    }
    let identities = agree(identity, device_identity).ok()?;
    let mut adv_secret = [0; 32];
    let material = [&shared[..], &identities[..], random].concat();
    wacore::crypto::hkdf_sha256_into(&material, None, b"adv_secret", &mut adv_secret).ok()?;
    Some(adv_secret)
}

fn agree(ours: &KeyPair, theirs: &[u8]) -> Result<[u8; 32], CurveError> {
    ours.calculate_agreement(&public_key(theirs)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PHONE: &str = "15550100001";

    fn shown() -> Codes {
        let codes = Codes::default();
        let flow = Flow {
            connection: 1,
            reference: "2@ref".to_owned(),
            wrapped_key: vec![0; WRAPPED_KEY_LEN],
            shown: Instant::now(),
            attempts: 0,
            attempt: None,
        };
        codes.add(PHONE.to_owned(), flow);
        codes
    }

    #[test]
    fn a_code_can_be_typed_for_three_minutes() {
        let codes = shown();
        let shown = codes.flows()[PHONE].shown;
        let last = shown + CODE_LIFETIME - Duration::from_millis(1);
        assert!(begin_attempt(&codes, PHONE, last).is_ok());
        let refusal = begin_attempt(&codes, PHONE, shown + CODE_LIFETIME).err().unwrap();
        assert_eq!(refusal.error, "This pairing code has expired.");
        let refusal = begin_attempt(&codes, PHONE, shown + CODE_LIFETIME).err().unwrap();
        assert_eq!(refusal.error, "No device waits for a code on this number.");
    }

    #[test]
    fn a_code_ends_with_its_connection() {
        let codes = shown();
        codes.forget_connection(2);
        assert!(begin_attempt(&codes, PHONE, Instant::now()).is_ok());
        codes.forget_connection(1);
        assert!(begin_attempt(&codes, PHONE, Instant::now()).is_err());
    }

    #[tokio::test]
    async fn a_phone_that_is_quicker_than_the_hello_waits_for_it() {
        let codes = Arc::new(Codes::default());
        let waiting = tokio::spawn({
            let codes = codes.clone();
            async move { codes.shown_for(PHONE).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        let flow = shown().flows().remove(PHONE).unwrap();
        codes.add(PHONE.to_owned(), flow);
        waiting.await.unwrap();
    }
}
