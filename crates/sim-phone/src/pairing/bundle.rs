//! The device's proof that it shows the code, which holds its share of the ADV secret.

use siskin_sim_server::keys::{public_bytes, public_key};
use siskin_sim_server::pairing::KeyBundle;
use wacore_libsignal::crypto::aes_256_gcm_decrypt;
use wacore_libsignal::protocol::{CurveError, KeyPair};

use crate::keys::Identity;

/// The ephemeral keys of both sides.
pub(super) struct Ephemerals {
    /// The phone's.
    pub(super) own: KeyPair,
    /// The device's, as the typed code decrypts it: noise if the code is wrong.
    pub(super) device: [u8; 32],
}

/// Opens the device's proof and derives the secret that both sides now share. `None` when
/// the typed code was another than the shown one.
pub(super) fn open_bundle(
    ephemerals: &Ephemerals,
    identity: &Identity,
    bundle: &KeyBundle,
) -> Option<[u8; 32]> {
    let shared = agree(&ephemerals.own, &ephemerals.device).ok()?;
    let (salt, rest) = bundle.sealed.split_at_checked(32)?;
    let (nonce, sealed) = rest.split_at_checked(12)?;
    let mut key = [0; 32];
    let info = b"link_code_pairing_key_bundle_encryption_key";
    wacore::crypto::hkdf_sha256_into(&shared, Some(salt), info, &mut key).ok()?;
    let mut opened = Vec::new();
    aes_256_gcm_decrypt(&key, nonce.try_into().ok()?, b"", sealed, &mut opened).ok()?;
    // The device's identity, ours, and its share of the secret.
    let (theirs, rest) = opened.split_at_checked(32)?;
    let (ours, random) = rest.split_at_checked(32)?;
    if theirs != bundle.device_identity || ours != public_bytes(&identity.key) {
        return None;
    }
    let identities = agree(&identity.key, &bundle.device_identity).ok()?;
    let mut adv_secret = [0; 32];
    let material = [&shared[..], &identities[..], random].concat();
    wacore::crypto::hkdf_sha256_into(&material, None, b"adv_secret", &mut adv_secret).ok()?;
    Some(adv_secret)
}

fn agree(ours: &KeyPair, theirs: &[u8]) -> Result<[u8; 32], CurveError> {
    ours.calculate_agreement(&public_key(theirs)?)
}
