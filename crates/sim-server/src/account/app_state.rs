//! App state: the settings that an account's devices share, as encrypted patches in
//! numbered collections. The server keeps the patches; only the devices can read them.

use std::collections::BTreeMap;

use buffa::{Message as _, MessageField};
use serde::{Deserialize, Serialize};
use waproto::whatsapp as wa;

use crate::keys::base64_bytes::Base64;

/// The collections a client may name.
const COLLECTIONS: [&str; 5] =
    ["critical_block", "critical_unblock_low", "regular", "regular_high", "regular_low"];
/// Patches in one answer; a client asks again for the rest.
const PATCHES_PER_ANSWER: usize = 100;

/// The collections of an account.
#[derive(Default, Serialize, Deserialize)]
pub struct AppState {
    /// The patches of each collection: version `n` is the `n`th.
    collections: BTreeMap<String, Vec<Base64>>,
}

/// Why a patch was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchRefused {
    /// It was made for another version than the current one.
    Conflict,
    /// Not a patch, or not a collection.
    Invalid,
}

impl AppState {
    /// All patches of a collection, in order.
    pub fn patches(&self, collection: &str) -> &[Base64] {
        self.collections.get(collection).map_or(&[][..], Vec::as_slice)
    }

    /// The current version of a collection, 0 when nothing was ever written to it.
    pub fn version(&self, collection: &str) -> u64 {
        self.patches(collection).len() as u64
    }

    /// The patches after `version`, and whether there are more than fit one answer.
    pub(crate) fn patches_after(&self, collection: &str, version: u64) -> (Vec<Vec<u8>>, bool) {
        let skip = usize::try_from(version).unwrap_or(usize::MAX);
        let rest = self.patches(collection).get(skip..).unwrap_or_default();
        let patches = rest.iter().take(PATCHES_PER_ANSWER);
        (patches.map(|patch| patch.0.clone()).collect(), rest.len() > PATCHES_PER_ANSWER)
    }

    /// Appends a patch made on top of `base`. Gives the new version.
    ///
    /// # Errors
    /// A patch for another version, or none at all.
    pub fn append(
        &mut self,
        collection: &str,
        base: u64,
        patch: &[u8],
    ) -> Result<u64, PatchRefused> {
        let mut patch =
            wa::SyncdPatch::decode_from_slice(patch).map_err(|_| PatchRefused::Invalid)?;
        if !COLLECTIONS.contains(&collection) {
            return Err(PatchRefused::Invalid);
        }
        if self.version(collection) != base {
            return Err(PatchRefused::Conflict);
        }
        let version = base + 1;
        patch.version = MessageField::some(wa::SyncdVersion { version: Some(version) });
        let log = self.collections.entry(collection.to_owned()).or_default();
        log.push(Base64(patch.encode_to_vec()));
        Ok(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch() -> Vec<u8> {
        wa::SyncdPatch::default().encode_to_vec()
    }

    #[test]
    fn a_patch_must_be_made_on_the_current_version() {
        let mut state = AppState::default();
        assert_eq!(state.append("regular", 0, &patch()), Ok(1));
        assert_eq!(state.append("regular", 0, &patch()), Err(PatchRefused::Conflict));
        assert_eq!(state.append("regular", 2, &patch()), Err(PatchRefused::Conflict));
        assert_eq!(state.append("regular", 1, &patch()), Ok(2));
        assert_eq!(state.append("nonsense", 0, &patch()), Err(PatchRefused::Invalid));
        assert_eq!(state.append("regular", 2, b"\xff"), Err(PatchRefused::Invalid));
    }

    #[test]
    fn a_long_log_is_read_in_parts() {
        let mut state = AppState::default();
        for version in 0..PATCHES_PER_ANSWER as u64 + 1 {
            assert!(state.append("regular", version, &patch()).is_ok());
        }
        let (first, more) = state.patches_after("regular", 0);
        assert_eq!((first.len(), more), (PATCHES_PER_ANSWER, true));
        let (rest, more) = state.patches_after("regular", first.len() as u64);
        assert_eq!((rest.len(), more), (1, false));
        assert_eq!(state.patches_after("regular", 9999), (Vec::new(), false));
    }
}
