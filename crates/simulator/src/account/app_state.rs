//! App state: the settings that an account's devices share, as encrypted patches in
//! numbered collections. The server keeps the patches; only the devices can read them.

use std::collections::BTreeMap;

use buffa::{Message as _, MessageField};
use serde::{Deserialize, Serialize};
use wacore_appstate::encode::encode_record;
use wacore_appstate::hash::{HashState, generate_patch_mac};
use wacore_appstate::keys::expand_app_state_keys;
use waproto::whatsapp as wa;
use waproto::whatsapp::sync_action_value::PushNameSetting;
use waproto::whatsapp::syncd_mutation::SyncdOperation;

use crate::clock::unix_millis;
use crate::keys::base64_bytes::Base64;
use crate::keys::{base64_bytes, random_bytes};

/// The collections a client may name.
const COLLECTIONS: [&str; 5] =
    ["critical_block", "critical_unblock_low", "regular", "regular_high", "regular_low"];
const PUSH_NAME_COLLECTION: &str = "critical_block";
/// Patches in one answer; a client asks again for the rest.
const PATCHES_PER_ANSWER: usize = 100;

/// The collections of an account and the key that encrypts them.
#[derive(Serialize, Deserialize)]
pub(crate) struct AppState {
    key: AppStateKey,
    /// The patches of each collection: version `n` is the `n`th.
    collections: BTreeMap<String, Vec<Base64>>,
}

/// The symmetric key that the phone shares with its devices.
#[derive(Serialize, Deserialize)]
pub(crate) struct AppStateKey {
    #[serde(with = "base64_bytes")]
    pub(crate) id: Vec<u8>,
    #[serde(with = "base64_bytes")]
    pub(crate) data: Vec<u8>,
}

/// Why a patch was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatchRefused {
    /// It was made for another version than the current one.
    Conflict,
    /// Not a patch, or not a collection.
    Invalid,
}

impl AppState {
    /// The app state of a new phone: its push name, which clients wait for.
    pub(super) fn with_push_name(name: &str) -> Self {
        let key = AppStateKey { id: vec![0, 0, 0, 0, 0, 1], data: random_bytes::<32>().to_vec() };
        let patch = push_name_patch(&key, name);
        let log = vec![Base64(patch)];
        Self { key, collections: BTreeMap::from([(PUSH_NAME_COLLECTION.to_owned(), log)]) }
    }

    pub(super) fn key(&self) -> &AppStateKey {
        &self.key
    }

    /// The current version of a collection, 0 when nothing was ever written to it.
    pub(crate) fn version(&self, collection: &str) -> u64 {
        self.collections.get(collection).map_or(0, |log| log.len() as u64)
    }

    /// The patches after `version`, and whether there are more than fit one answer.
    pub(crate) fn patches_after(&self, collection: &str, version: u64) -> (Vec<Vec<u8>>, bool) {
        let skip = usize::try_from(version).unwrap_or(usize::MAX);
        let log = self.collections.get(collection).map_or(&[][..], Vec::as_slice);
        let rest = log.get(skip..).unwrap_or_default();
        let patches = rest.iter().take(PATCHES_PER_ANSWER);
        (patches.map(|patch| patch.0.clone()).collect(), rest.len() > PATCHES_PER_ANSWER)
    }

    /// Appends a patch made on top of `base`. Gives the new version.
    pub(crate) fn append(
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

/// The first patch of `critical_block`: `setting_pushName`.
fn push_name_patch(key: &AppStateKey, name: &str) -> Vec<u8> {
    let mut data = [0; 32];
    data.copy_from_slice(&key.data);
    let keys = expand_app_state_keys(&data);
    let value = wa::SyncActionValue {
        timestamp: Some(unix_millis()),
        push_name_setting: MessageField::some(PushNameSetting { name: Some(name.to_owned()) }),
        ..Default::default()
    };
    let (mutation, _) = encode_record(
        SyncdOperation::SET,
        br#"["setting_pushName"]"#,
        &value,
        &keys,
        &key.id,
        &random_bytes(),
        1,
    );
    let mutations = vec![mutation];
    let mut state = HashState::default();
    // A first patch replaces nothing, so no earlier value is ever looked up.
    let (_, _) = state.update_hash(&mutations, |_, _| Ok(None));
    state.version = 1;
    let mut patch = wa::SyncdPatch {
        version: MessageField::some(wa::SyncdVersion { version: Some(1) }),
        snapshot_mac: Some(state.generate_snapshot_mac(PUSH_NAME_COLLECTION, &keys.snapshot_mac)),
        key_id: MessageField::some(wa::KeyId { id: Some(key.id.clone()) }),
        mutations,
        ..Default::default()
    };
    let mac = generate_patch_mac(&patch, PUSH_NAME_COLLECTION, &keys.patch_mac, 1);
    patch.patch_mac = Some(mac);
    patch.encode_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch() -> Vec<u8> {
        wa::SyncdPatch::default().encode_to_vec()
    }

    #[test]
    fn a_new_phone_has_written_its_name() {
        let state = AppState::with_push_name("Ann");
        assert_eq!(state.version(PUSH_NAME_COLLECTION), 1);
        assert_eq!(state.version("regular"), 0);
    }

    #[test]
    fn a_patch_must_be_made_on_the_current_version() {
        let mut state = AppState::with_push_name("Ann");
        assert_eq!(state.append("regular", 0, &patch()), Ok(1));
        assert_eq!(state.append("regular", 0, &patch()), Err(PatchRefused::Conflict));
        assert_eq!(state.append("regular", 2, &patch()), Err(PatchRefused::Conflict));
        assert_eq!(state.append("regular", 1, &patch()), Ok(2));
        assert_eq!(state.append("nonsense", 0, &patch()), Err(PatchRefused::Invalid));
        assert_eq!(state.append("regular", 2, b"\xff"), Err(PatchRefused::Invalid));
    }

    #[test]
    fn a_long_log_is_read_in_parts() {
        let mut state = AppState::with_push_name("Ann");
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
