//! Whether this build would notice a server that only pretends to be WhatsApp.

use buffa::Message as _;
use wacore_libsignal::protocol::KeyPair;
use wacore_noise::HandshakeUtils;
use waproto::whatsapp::cert_chain::{NoiseCertificate, noise_certificate::Details};
use waproto::whatsapp::{self as wa};

/// A moment before and one long after any time at which this runs.
const VALIDITY: (u64, u64) = (1_500_000_000, 4_000_000_000);

/// Makes a certificate chain that is right in every detail but its root, and asks the
/// engine about it.
///
/// The answer is `true` when the engine refuses the chain. In a build where it does not, the
/// engine's feature `danger-skip-cert-chain-verify` is on, and whoever sits between us and
/// WhatsApp could read everything.
pub fn forgeries_are_refused() -> bool {
    let Some((chain, server)) = forged_chain() else { return true };
    HandshakeUtils::verify_server_cert(&chain, &server).is_err()
}

fn forged_chain() -> Option<(Vec<u8>, [u8; 32])> {
    let mut rng = rand::make_rng::<rand::rngs::StdRng>();
    let [root, intermediate, server] = std::array::from_fn(|_| KeyPair::generate(&mut rng));
    // The engine knows WhatsApp's root by the issuer number 0.
    let chain = wa::CertChain {
        intermediate: buffa::MessageField::some(certificate(1, 0, &intermediate, &root)?),
        leaf: buffa::MessageField::some(certificate(2, 1, &server, &intermediate)?),
    };
    let key = server.public_key.public_key_bytes().try_into().ok()?;
    Some((chain.encode_to_vec(), key))
}

fn certificate(
    serial: u32,
    issuer_serial: u32,
    subject: &KeyPair,
    issuer: &KeyPair,
) -> Option<NoiseCertificate> {
    let details = Details {
        serial: Some(serial),
        issuer_serial: Some(issuer_serial),
        key: Some(subject.public_key.public_key_bytes().to_vec()),
        not_before: Some(VALIDITY.0),
        not_after: Some(VALIDITY.1),
    }
    .encode_to_vec();
    let mut rng = rand::make_rng::<rand::rngs::StdRng>();
    let signature = issuer.private_key.calculate_signature(&details, &mut rng).ok()?;
    Some(NoiseCertificate { details: Some(details), signature: Some(signature.to_vec()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::SIMULATOR_ONLY;

    #[test]
    fn a_forged_chain_is_accepted_only_by_a_build_for_the_simulator() {
        assert_eq!(forgeries_are_refused(), !SIMULATOR_ONLY);
    }
}
