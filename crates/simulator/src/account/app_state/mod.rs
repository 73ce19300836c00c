//! App state: the settings that an account's devices share, as encrypted patches in
//! numbered collections. The server keeps the patches; only the devices can read them.

mod contacts;
mod head;

use std::collections::BTreeMap;

use buffa::{Message as _, MessageField};
use serde::{Deserialize, Serialize};
use wacore_appstate::keys::expand_app_state_keys;
use waproto::whatsapp as wa;
use waproto::whatsapp::sync_action_value::PushNameSetting;

pub(crate) use contacts::Contact;
use head::{Change, Head, Keys};

use crate::keys::base64_bytes::Base64;
use crate::keys::{base64_bytes, random_bytes};

/// The collections a client may name.
const COLLECTIONS: [&str; 5] =
    ["critical_block", "critical_unblock_low", "regular", "regular_high", "regular_low"];
const PUSH_NAME_COLLECTION: &str = "critical_block";
const PUSH_NAME_VERSION: i32 = 1;
/// Patches in one answer; a client asks again for the rest.
const PATCHES_PER_ANSWER: usize = 100;

/// The collections of an account and the key that encrypts them.
#[derive(Serialize, Deserialize)]
pub(crate) struct AppState {
    key: AppStateKey,
    /// The patches of each collection: version `n` is the `n`th.
    collections: BTreeMap<String, Vec<Base64>>,
    /// What the phone has read of them.
    #[serde(skip)]
    heads: BTreeMap<String, Head>,
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
        let mut state = Self { key, collections: BTreeMap::new(), heads: BTreeMap::new() };
        let value = wa::SyncActionValue {
            push_name_setting: PushNameSetting { name: Some(name.to_owned()) }.into(),
            ..Default::default()
        };
        let index = vec!["setting_pushName".to_owned()];
        let change = Change { index, version: PUSH_NAME_VERSION, value: Some(value) };
        state.write(PUSH_NAME_COLLECTION, vec![change]);
        state
    }

    pub(super) fn key(&self) -> &AppStateKey {
        &self.key
    }

    /// The phone changes settings. Gives the collection's new version.
    fn write(&mut self, collection: &str, changes: Vec<Change>) -> u64 {
        let (head, keys) = self.head(collection);
        let patch = head.patch(collection, changes, &keys);
        let log = self.collections.entry(collection.to_owned()).or_default();
        log.push(Base64(patch.encode_to_vec()));
        log.len() as u64
    }

    /// The settings of one kind, with what they are about.
    fn settings(
        &mut self,
        collection: &str,
        kind: &str,
    ) -> Vec<(Vec<String>, wa::SyncActionValue)> {
        let (head, _) = self.head(collection);
        let settings = head.settings(kind);
        settings.map(|(about, value)| (about.to_vec(), value.clone())).collect()
    }

    fn head(&mut self, collection: &str) -> (&mut Head, Keys<'_>) {
        let mut data = [0; 32];
        data.copy_from_slice(&self.key.data);
        let keys = Keys { id: &self.key.id, expanded: expand_app_state_keys(&data) };
        let head = self.heads.entry(collection.to_owned()).or_default();
        let log = self.collections.get(collection).map_or(&[][..], Vec::as_slice);
        head.catch_up(log, &keys);
        (head, keys)
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
