//! Key pairs, chance, and how both are written to the data folder.

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wacore_libsignal::protocol::{CurveError, KeyPair, PrivateKey, PublicKey};

/// A generator that may cross an await, which the thread's own may not.
pub fn rng() -> StdRng {
    rand::make_rng()
}

/// `N` random bytes.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rng().random()
}

/// A new Curve25519 key pair.
pub fn new_key_pair() -> KeyPair {
    KeyPair::generate(&mut rng())
}

/// The XEdDSA signature by `key` over the concatenation of `parts`.
pub fn sign(key: &KeyPair, parts: &[&[u8]]) -> Result<Vec<u8>, CurveError> {
    let signature = key.calculate_signature(&parts.concat(), &mut rng())?;
    Ok(signature.to_vec())
}

/// The 32 bytes of a public key, without its type byte.
pub fn public_bytes(key: &KeyPair) -> &[u8] {
    key.public_key.public_key_bytes()
}

/// Reads a 32-byte public key as it stands in stanzas.
pub fn public_key(bytes: &[u8]) -> Result<PublicKey, CurveError> {
    PublicKey::from_djb_public_key_bytes(bytes)
}

/// A key pair in a data file: the base64 of its private half.
pub mod key_pair_base64 {
    use super::{
        Deserialize as _, Deserializer, KeyPair, PrivateKey, Serialize as _, Serializer,
        base64_bytes::Base64,
    };
    use serde::de::Error as _;

    /// Writes the private half.
    pub fn serialize<S: Serializer>(key: &KeyPair, to: S) -> Result<S::Ok, S::Error> {
        Base64(key.private_key.serialize().to_vec()).serialize(to)
    }

    /// Reads the private half and derives the other.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<KeyPair, D::Error> {
        let bytes = Base64::deserialize(from)?.0;
        let private = PrivateKey::deserialize(&bytes).map_err(D::Error::custom)?;
        let public = private.public_key().map_err(D::Error::custom)?;
        Ok(KeyPair::new(public, private))
    }
}

/// Bytes in a data file, as base64 text.
pub mod base64_bytes {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    /// Bytes that serialise as base64 text.
    #[derive(Clone)]
    pub struct Base64(
        /// The bytes themselves.
        pub Vec<u8>,
    );

    impl Serialize for Base64 {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_str(&BASE64_STANDARD.encode(&self.0))
        }
    }

    impl<'de> Deserialize<'de> for Base64 {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let text = String::deserialize(from)?;
            let bytes = BASE64_STANDARD.decode(text).map_err(D::Error::custom)?;
            Ok(Self(bytes))
        }
    }

    /// Writes bytes as text.
    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        Base64(bytes.to_vec()).serialize(to)
    }

    /// Reads bytes from text.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        Ok(Base64::deserialize(from)?.0)
    }
}
