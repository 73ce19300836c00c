//! App state, as a phone reads and writes it: the settings that an account's devices share. The
//! server keeps them as encrypted patches; the key is the phone's, and its devices'.

mod contacts;
mod head;

use std::collections::BTreeMap;

use buffa::Message as _;
use serde::{Deserialize, Serialize};
use siskin_sim_server::account::AppState;
use siskin_sim_server::keys::{base64_bytes, random_bytes};
use wacore_appstate::keys::expand_app_state_keys;
use waproto::whatsapp as wa;
use waproto::whatsapp::sync_action_value::PushNameSetting;

pub use contacts::Contact;
use head::{Change, Head, Keys};

const PUSH_NAME_COLLECTION: &str = "critical_block";
const PUSH_NAME_VERSION: i32 = 1;

/// The key of an account's app state, and what the phone has read of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settings {
    key: AppStateKey,
    /// What the phone has read, by collection.
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

impl Settings {
    /// A new key, for an account without settings.
    pub(crate) fn new() -> Self {
        let key = AppStateKey { id: vec![0, 0, 0, 0, 0, 1], data: random_bytes::<32>().to_vec() };
        Self { key, heads: BTreeMap::new() }
    }

    pub(crate) fn key(&self) -> &AppStateKey {
        &self.key
    }

    /// Writes the push name, which clients wait for.
    pub(crate) fn set_push_name(&mut self, patches: &mut AppState, name: &str) {
        let value = wa::SyncActionValue {
            push_name_setting: PushNameSetting { name: Some(name.to_owned()) }.into(),
            ..Default::default()
        };
        let index = vec!["setting_pushName".to_owned()];
        let change = Change { index, version: PUSH_NAME_VERSION, value: Some(value) };
        self.write(patches, PUSH_NAME_COLLECTION, change);
    }

    /// Changes a setting. Gives the collection's new version.
    fn write(&mut self, patches: &mut AppState, collection: &str, change: Change) -> u64 {
        let (head, keys) = self.head(patches, collection);
        let patch = head.patch(collection, vec![change], &keys).encode_to_vec();
        let base = patches.version(collection);
        patches.append(collection, base, &patch).unwrap_or_else(|refused| {
            tracing::error!(?refused, collection, "a phone cannot write a setting");
            base
        })
    }

    /// The settings of one kind, with what they are about.
    fn of_kind(
        &mut self,
        patches: &AppState,
        collection: &str,
        kind: &str,
    ) -> Vec<(Vec<String>, wa::SyncActionValue)> {
        let (head, _) = self.head(patches, collection);
        let settings = head.settings(kind);
        settings.map(|(about, value)| (about.to_vec(), value.clone())).collect()
    }

    fn head(&mut self, patches: &AppState, collection: &str) -> (&mut Head, Keys<'_>) {
        let mut data = [0; 32];
        data.copy_from_slice(&self.key.data);
        let keys = Keys { id: &self.key.id, expanded: expand_app_state_keys(&data) };
        let head = self.heads.entry(collection.to_owned()).or_default();
        head.catch_up(patches.patches(collection), &keys);
        (head, keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_phone_has_written_its_name() {
        let mut patches = AppState::default();
        Settings::new().set_push_name(&mut patches, "Ann");
        assert_eq!(patches.version(PUSH_NAME_COLLECTION), 1);
        assert_eq!(patches.version("regular"), 0);
    }
}
