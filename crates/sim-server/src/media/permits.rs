//! What the media hosts accept: an upload with a token of `media_conn`, a download with a
//! signed path. Both carry their own proof, so that nothing has to be remembered.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};

use super::query;
use crate::error::Error;
use crate::keys::random_bytes;
use crate::noise::ServerIdentity;

/// How long an upload token holds, as real hosts say.
pub(crate) const AUTH_SECONDS: u64 = 6 * 3600;
/// How long a direct path holds.
const PATH_SECONDS: u64 = 30 * 24 * 3600;
/// The folder in direct paths; opaque to clients.
const FOLDER: &str = "/v/t62.7118-24";
const FILE_SUFFIX: &str = "_n.enc";

/// Signs and checks.
pub(super) struct Permits {
    key: Hmac<sha2::Sha256>,
}

/// A stored file as a path names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileName {
    /// How often the hosts have lost it; paths of earlier times hold no more.
    pub(super) generation: u64,
    /// The hash of the encrypted content, as URLs carry it.
    pub(super) token: String,
}

impl Permits {
    /// The key is derived, so that paths hold across a restart.
    pub(super) fn new(server: &ServerIdentity) -> Result<Self, Error> {
        let secret = server.static_key.private_key.serialize();
        let key = Hmac::new_from_slice(secret).map_err(Error::crypto)?;
        Ok(Self { key })
    }

    /// A new token for uploads.
    pub(super) fn auth(&self, now: u64) -> String {
        let expiry = format!("{:x}", now + AUTH_SECONDS);
        let chance = format!("{:x}", u64::from_be_bytes(random_bytes()));
        let proof = self.proof(&["auth", &expiry, &chance]);
        // A separator that is no base64url character, and no character to escape.
        format!("{expiry}.{chance}.{proof}")
    }

    /// Whether a token for uploads is ours and not too old.
    pub(super) fn allows(&self, auth: &str, now: u64) -> bool {
        let mut parts = auth.splitn(3, '.');
        let (Some(expiry), Some(chance), Some(proof)) = (parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        is_ahead(expiry, now) && proof == self.proof(&["auth", expiry, chance])
    }

    /// The path under which a file is served from now on.
    pub(super) fn direct_path(&self, file: &FileName, now: u64) -> String {
        let generation = format!("{:x}", file.generation);
        let expiry = format!("{:x}", now + PATH_SECONDS);
        let proof = self.proof(&["path", &generation, &file.token, &expiry]);
        let token = &file.token;
        let query = format!("ccb=11-4&oh={proof}&oe={expiry}&_nc_sid=5e03e0");
        format!("{FOLDER}/{generation}_{token}{FILE_SUFFIX}?{query}")
    }

    /// Whether the signature in the query of a path holds.
    pub(super) fn admits(&self, file: &FileName, query: &str, now: u64) -> bool {
        let (Some(proof), Some(expiry)) = (query::value(query, "oh"), query::value(query, "oe"))
        else {
            return false;
        };
        let generation = format!("{:x}", file.generation);
        is_ahead(expiry, now) && proof == self.proof(&["path", &generation, &file.token, expiry])
    }

    fn proof(&self, parts: &[&str]) -> String {
        let mut mac = self.key.clone();
        mac.update(parts.join("|").as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..16])
    }
}

impl FileName {
    /// Reads the last part of a direct path.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (generation, token) = name.strip_suffix(FILE_SUFFIX)?.split_once('_')?;
        let generation = u64::from_str_radix(generation, 16).ok()?;
        is_token(token).then(|| Self { generation, token: token.to_owned() })
    }
}

/// Whether `text` is a SHA-256 hash as URLs carry it.
pub(super) fn is_token(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32)
}

/// The hash of a file's encrypted content, as URLs carry it.
pub fn token(hash: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(hash)
}

fn is_ahead(hex: &str, now: u64) -> bool {
    u64::from_str_radix(hex, 16).is_ok_and(|time| time > now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn permits() -> Permits {
        Permits::new(&ServerIdentity::generate().unwrap()).unwrap()
    }

    #[test]
    fn a_token_holds_for_its_time_on_its_network() {
        let permits = permits();
        let auth = permits.auth(NOW);
        assert!(permits.allows(&auth, NOW));
        assert!(!permits.allows(&auth, NOW + AUTH_SECONDS));
        assert!(!self::permits().allows(&auth, NOW));
        for wrong in ["", "x", "a.b", &auth[1..]] {
            assert!(!permits.allows(wrong, NOW), "{wrong:?}");
        }
    }

    #[test]
    fn a_path_holds_for_its_file_and_its_time() {
        let permits = permits();
        let file = FileName { generation: 26, token: token(&[7; 32]) };
        let path = permits.direct_path(&file, NOW);
        let (path, query) = path.split_once('?').unwrap();
        let name = path.rsplit_once('/').unwrap().1;
        assert_eq!(FileName::parse(name), Some(file.clone()));
        assert!(permits.admits(&file, query, NOW));
        assert!(permits.admits(&file, &format!("{query}?auth=x&token=y"), NOW));
        assert!(!permits.admits(&file, query, NOW + PATH_SECONDS));
        assert!(!permits.admits(&FileName { generation: 27, ..file }, query, NOW));
        assert_eq!(FileName::parse("1a_short_n.enc"), None);
    }
}
