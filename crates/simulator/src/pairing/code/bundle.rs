//! The device's proof that it shows the code, which holds its share of the ADV secret.

use wacore_libsignal::crypto::aes_256_gcm_decrypt;
use wacore_libsignal::protocol::{CurveError, KeyPair};

use super::shown::Attempt;
use crate::keys::{public_bytes, public_key};

/// The proof: salt (32), nonce (12), ciphertext (96) and tag (16).
pub(super) const KEY_BUNDLE_LEN: usize = 32 + 12 + 96 + 16;

/// Opens the device's proof and derives the secret that both sides now share. `None` when
/// the typed code was another than the shown one.
pub(super) fn open_bundle(
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
