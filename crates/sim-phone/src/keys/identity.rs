//! The account's identity key and what it vouches for: which devices belong to it
//! (WhatsApp's "ADV" signatures).

use buffa::Message as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use siskin_sim_server::clock::unix_seconds;
use siskin_sim_server::error::Error;
use siskin_sim_server::keys::{key_pair_base64, new_key_pair, public_bytes, random_bytes, sign};
use wacore_libsignal::protocol::{CurveError, KeyPair};
use waproto::whatsapp as wa;
use waproto::whatsapp::ADVEncryptionType::E2EE;

/// What a signature is about comes first in the signed bytes.
const ACCOUNT_SIGNATURE: &[u8] = &[6, 0];
const DEVICE_SIGNATURE: &[u8] = &[6, 1];
const KEY_INDEX_LIST_SIGNATURE: &[u8] = &[6, 2];
/// Who issues the certificate of a small business's name.
const BUSINESS_NAME_ISSUER: &str = "smb:wa";
/// The phone's own place in the list of valid key indexes.
const PRIMARY_KEY_INDEX: u32 = 0;

/// The account's statement about a device, with both signatures.
pub struct CountersignedIdentity {
    /// The index under which the phone vouches for the device.
    pub key_index: u32,
    /// The encoded `ADVSignedDeviceIdentity`.
    pub statement: Vec<u8>,
}

/// The identity key pair of an account, held by its phone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Identity {
    #[serde(with = "key_pair_base64")]
    pub(crate) key: KeyPair,
    /// Tells this incarnation of the account from one registered anew.
    raw_id: u32,
    /// The key index given to the device linked last.
    current_index: u32,
    /// The key indexes of the phone and of the devices linked now.
    valid_indexes: Vec<u32>,
}

impl Identity {
    pub(crate) fn new() -> Self {
        Self {
            key: new_key_pair(),
            raw_id: u32::from_be_bytes(random_bytes()) >> 1,
            current_index: PRIMARY_KEY_INDEX,
            valid_indexes: vec![PRIMARY_KEY_INDEX],
        }
    }

    /// Vouches for a device being linked. Gives its key index and the
    /// `ADVSignedDeviceIdentityHMAC` that `pair-success` carries, authenticated with the
    /// secret that phone and device share.
    pub(crate) fn admit(
        &mut self,
        device_identity: &[u8],
        adv_secret: &[u8],
    ) -> Result<(u32, Vec<u8>), Error> {
        let key_index = self.current_index + 1;
        let details = wa::ADVDeviceIdentity {
            raw_id: Some(self.raw_id),
            timestamp: Some(unix_seconds()),
            key_index: Some(key_index),
            account_type: Some(E2EE),
            device_type: Some(E2EE),
        }
        .encode_to_vec();
        let signature = sign(&self.key, &[ACCOUNT_SIGNATURE, &details, device_identity])?;
        let signed = wa::ADVSignedDeviceIdentity {
            details: Some(details),
            account_signature_key: Some(public_bytes(&self.key).to_vec()),
            account_signature: Some(signature),
            ..Default::default()
        }
        .encode_to_vec();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(adv_secret).map_err(Error::crypto)?;
        mac.update(&signed);
        let sealed = wa::ADVSignedDeviceIdentityHMAC {
            hmac: Some(mac.finalize().into_bytes().to_vec()),
            details: Some(signed),
            account_type: Some(E2EE),
        };
        self.current_index = key_index;
        self.valid_indexes.push(key_index);
        Ok((key_index, sealed.encode_to_vec()))
    }

    /// Vouches for a device whose key is at hand, and countersigns in its name.
    pub(crate) fn admit_countersigned(
        &mut self,
        device: &KeyPair,
    ) -> Result<CountersignedIdentity, Error> {
        let (key_index, sealed) = self.admit(public_bytes(device), &[0; 32])?;
        let unreadable = Error::crypto;
        let sealed =
            wa::ADVSignedDeviceIdentityHMAC::decode_from_slice(&sealed).map_err(unreadable)?;
        let statement = sealed.details.unwrap_or_default();
        let mut signed =
            wa::ADVSignedDeviceIdentity::decode_from_slice(&statement).map_err(unreadable)?;
        let details = signed.details.clone().unwrap_or_default();
        let ours = public_bytes(&self.key);
        let parts = [DEVICE_SIGNATURE, &details, public_bytes(device), ours];
        signed.device_signature = Some(sign(device, &parts)?);
        Ok(CountersignedIdentity { key_index, statement: signed.encode_to_vec() })
    }

    /// The public half of the key.
    pub(crate) fn public(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(public_bytes(&self.key));
        key
    }

    /// Forgets the key index of a device that is not linked any more.
    pub(crate) fn revoke(&mut self, key_index: u32) {
        self.valid_indexes.retain(|index| *index != key_index);
    }

    /// The signed list of valid key indexes, by which others check a device list.
    pub(crate) fn key_index_list(&self) -> Result<Vec<u8>, CurveError> {
        let details = wa::ADVKeyIndexList {
            raw_id: Some(self.raw_id),
            timestamp: Some(unix_seconds()),
            current_index: Some(self.current_index),
            valid_indexes: self.valid_indexes.clone(),
            ..Default::default()
        }
        .encode_to_vec();
        Ok(wa::ADVSignedKeyIndexList {
            account_signature: Some(sign(&self.key, &[KEY_INDEX_LIST_SIGNATURE, &details])?),
            account_signature_key: Some(public_bytes(&self.key).to_vec()),
            details: Some(details),
        }
        .encode_to_vec())
    }

    /// The certificate of a business's name, signed by the account itself: its serial, and the
    /// encoded `VerifiedNameCertificate`.
    pub(crate) fn name_certificate(&self, name: &str) -> Result<(u32, Vec<u8>), CurveError> {
        let details = wa::verified_name_certificate::Details {
            serial: Some(u64::from(self.raw_id)),
            issuer: Some(BUSINESS_NAME_ISSUER.to_owned()),
            verified_name: Some(name.to_owned()),
            ..Default::default()
        }
        .encode_to_vec();
        let certificate = wa::VerifiedNameCertificate {
            signature: Some(sign(&self.key, &[&details])?),
            details: Some(details),
            ..Default::default()
        };
        Ok((self.raw_id, certificate.encode_to_vec()))
    }

    /// What an app-state key says about the devices that may know it.
    pub(crate) fn fingerprint(&self) -> wa::message::AppStateSyncKeyFingerprint {
        wa::message::AppStateSyncKeyFingerprint {
            raw_id: Some(self.raw_id),
            current_index: Some(self.current_index),
            device_indexes: self.valid_indexes.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use siskin_sim_server::pairing::is_countersigned;

    use super::*;

    /// Admits a device and countersigns as it does.
    fn countersigned(identity: &mut Identity, device: &KeyPair) -> Vec<u8> {
        let (_, sealed) = identity.admit(public_bytes(device), &[7; 32]).unwrap();
        let sealed = wa::ADVSignedDeviceIdentityHMAC::decode_from_slice(&sealed).unwrap();
        let details = sealed.details.unwrap();
        let mut signed = wa::ADVSignedDeviceIdentity::decode_from_slice(&details).unwrap();
        let ours = public_bytes(&identity.key);
        let parts =
            [DEVICE_SIGNATURE, signed.details.as_deref().unwrap(), public_bytes(device), ours];
        signed.device_signature = Some(sign(device, &parts).unwrap());
        signed.encode_to_vec()
    }

    #[test]
    fn only_the_admitted_device_can_countersign() {
        let mut identity = Identity::new();
        let (device, other) = (new_key_pair(), new_key_pair());
        let signed = countersigned(&mut identity, &device);

        let (ours, theirs) = (identity.public(), public_bytes(&device));
        assert!(is_countersigned(&ours, theirs, &signed));
        assert!(!is_countersigned(&ours, public_bytes(&other), &signed));
        assert!(!is_countersigned(&Identity::new().public(), theirs, &signed));
        assert!(!is_countersigned(&ours, theirs, b"nonsense"));
    }

    #[test]
    fn key_indexes_are_listed_until_they_are_revoked_and_never_come_back() {
        let mut identity = Identity::new();
        let device = new_key_pair();
        let (first, _) = identity.admit(public_bytes(&device), &[7; 32]).unwrap();
        identity.revoke(first);
        let (second, _) = identity.admit(public_bytes(&device), &[7; 32]).unwrap();

        let list = identity.key_index_list().unwrap();
        let list = wa::ADVSignedKeyIndexList::decode_from_slice(&list).unwrap();
        let list = wa::ADVKeyIndexList::decode_from_slice(&list.details.unwrap()).unwrap();
        assert_eq!(list.valid_indexes, [PRIMARY_KEY_INDEX, second]);
        assert_ne!(first, second);
    }
}
