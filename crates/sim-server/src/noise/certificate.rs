//! The simulator's own certificate authority: root, intermediate and leaf, signed as
//! WhatsApp signs its own, so that a client given the root can check the whole chain.

use buffa::Message as _;
use serde::{Deserialize, Serialize};
use wacore_libsignal::protocol::{CurveError, KeyPair};
use waproto::whatsapp as wa;
use waproto::whatsapp::cert_chain::NoiseCertificate;
use waproto::whatsapp::cert_chain::noise_certificate::Details;

use crate::clock::unix_seconds;
use crate::keys::{base64_bytes, key_pair_base64, new_key_pair, public_bytes, sign};

/// Clients demand that the root is the issuer with serial 0.
const ROOT_SERIAL: u32 = 0;
const INTERMEDIATE_SERIAL: u32 = 1;
const LEAF_SERIAL: u32 = 2;
/// Certificates are made once and kept with the data folder: ten years.
const LIFETIME_SECONDS: u64 = 10 * 365 * 24 * 3600;
/// Clocks of clients may be behind ours.
const CLOCK_SLACK_SECONDS: u64 = 24 * 3600;

/// The keys by which clients recognise this network. Kept across restarts, since a
/// resuming client trusts the static key it knows.
#[derive(Serialize, Deserialize)]
pub(crate) struct ServerIdentity {
    #[serde(with = "key_pair_base64")]
    root: KeyPair,
    /// The key pair of the Noise handshake, named by the leaf certificate.
    #[serde(with = "key_pair_base64")]
    pub(crate) static_key: KeyPair,
    /// The encoded `CertChain` message.
    #[serde(with = "base64_bytes")]
    pub(crate) certificate_chain: Vec<u8>,
}

impl ServerIdentity {
    /// Makes a root and the chain below it.
    pub(crate) fn generate() -> Result<Self, CurveError> {
        let (root, intermediate, static_key) = (new_key_pair(), new_key_pair(), new_key_pair());
        let chain = wa::CertChain {
            intermediate: certificate(INTERMEDIATE_SERIAL, &intermediate, ROOT_SERIAL, &root)?
                .into(),
            leaf: certificate(LEAF_SERIAL, &static_key, INTERMEDIATE_SERIAL, &intermediate)?.into(),
        };
        Ok(Self { root, static_key, certificate_chain: chain.encode_to_vec() })
    }

    /// The public key that signs the intermediate certificate.
    pub(crate) fn root_public_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(public_bytes(&self.root));
        key
    }
}

fn certificate(
    serial: u32,
    subject: &KeyPair,
    issuer_serial: u32,
    issuer: &KeyPair,
) -> Result<NoiseCertificate, CurveError> {
    let now = unix_seconds();
    let details = Details {
        serial: Some(serial),
        issuer_serial: Some(issuer_serial),
        key: Some(public_bytes(subject).to_vec()),
        not_before: Some(now.saturating_sub(CLOCK_SLACK_SECONDS)),
        not_after: Some(now + LIFETIME_SECONDS),
    }
    .encode_to_vec();
    Ok(NoiseCertificate { signature: Some(sign(issuer, &[&details])?), details: Some(details) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::keys::public_key;

    #[test]
    fn each_certificate_is_signed_by_the_one_above() {
        let server = ServerIdentity::generate().unwrap();
        let chain = wa::CertChain::decode_from_slice(&server.certificate_chain).unwrap();
        let mut issuer = public_key(&server.root_public_key()).unwrap();
        let mut issuer_serial = ROOT_SERIAL;
        for certificate in [chain.intermediate, chain.leaf] {
            let certificate = certificate.into_option().unwrap();
            let details = certificate.details.unwrap();
            assert!(issuer.verify_signature(&details, &certificate.signature.unwrap()));
            let details = Details::decode_from_slice(&details).unwrap();
            assert_eq!(details.issuer_serial, Some(issuer_serial));
            assert!(details.not_before.unwrap() < unix_seconds());
            assert!(details.not_after.unwrap() > unix_seconds());
            issuer = public_key(&details.key.unwrap()).unwrap();
            issuer_serial = details.serial.unwrap();
        }
        assert_eq!(issuer, server.static_key.public_key, "the leaf names the static key");
    }
}
