//! What the phone makes of a collection: the hash over it, and the settings in it. It reads
//! every patch once, whichever device wrote it.

use std::collections::{BTreeMap, HashMap};

use buffa::Message as _;
use siskin_sim_server::clock::unix_millis;
use siskin_sim_server::keys::base64_bytes::Base64;
use siskin_sim_server::keys::random_bytes;
use wacore_appstate::decode::decode_record;
use wacore_appstate::encode::encode_record;
use wacore_appstate::hash::{HashState, generate_patch_mac};
use wacore_appstate::keys::ExpandedAppStateKeys;
use waproto::whatsapp as wa;
use waproto::whatsapp::syncd_mutation::SyncdOperation;

/// A collection as of some version.
#[derive(Default)]
pub(super) struct Head {
    hash: HashState,
    /// The value that an index has in the hash.
    macs: HashMap<Vec<u8>, Vec<u8>>,
    settings: BTreeMap<Vec<String>, wa::SyncActionValue>,
}

/// Something that the phone changes.
pub(crate) struct Change {
    /// The kind of setting and what it is about, such as `["contact", "…"]`.
    pub(crate) index: Vec<String>,
    /// The version of the kind of setting.
    pub(crate) version: i32,
    /// `None` takes the setting away.
    pub(crate) value: Option<wa::SyncActionValue>,
}

/// The key of the account in the forms it is used in.
pub(super) struct Keys<'a> {
    pub(super) id: &'a [u8],
    pub(super) expanded: ExpandedAppStateKeys,
}

impl Head {
    /// Reads the patches that it has not read yet.
    pub(super) fn catch_up(&mut self, log: &[Base64], keys: &Keys<'_>) {
        let read = usize::try_from(self.hash.version).unwrap_or(usize::MAX);
        for patch in log.get(read..).unwrap_or_default() {
            let patch = wa::SyncdPatch::decode_from_slice(&patch.0).unwrap_or_default();
            self.apply(&patch.mutations, keys);
            self.hash.version += 1;
        }
    }

    /// The settings of one kind, with what they are about.
    pub(super) fn settings<'h>(
        &'h self,
        kind: &'h str,
    ) -> impl Iterator<Item = (&'h [String], &'h wa::SyncActionValue)> {
        let ours =
            self.settings.iter().filter(move |(index, _)| index.first().is_some_and(|k| k == kind));
        ours.map(|(index, value)| (&index[1..], value))
    }

    /// The patch that makes a change on top of what is there.
    pub(super) fn patch(
        &mut self,
        collection: &str,
        changes: Vec<Change>,
        keys: &Keys<'_>,
    ) -> wa::SyncdPatch {
        let mutations: Vec<_> = changes.into_iter().map(|change| encode(change, keys)).collect();
        self.apply(&mutations, keys);
        self.hash.version += 1;
        let version = self.hash.version;
        let expanded = &keys.expanded;
        let snapshot_mac = self.hash.generate_snapshot_mac(collection, &expanded.snapshot_mac);
        let mut patch = wa::SyncdPatch {
            version: wa::SyncdVersion { version: Some(version) }.into(),
            snapshot_mac: Some(snapshot_mac),
            key_id: wa::KeyId { id: Some(keys.id.to_vec()) }.into(),
            mutations,
            ..Default::default()
        };
        patch.patch_mac =
            Some(generate_patch_mac(&patch, collection, &expanded.patch_mac, version));
        patch
    }

    fn apply(&mut self, mutations: &[wa::SyncdMutation], keys: &Keys<'_>) {
        let macs = &self.macs;
        let before = |index: &[u8], _: usize| Ok(macs.get(index).cloned());
        let (_, outcome) = self.hash.update_hash(mutations, before);
        if let Err(error) = outcome {
            tracing::warn!(%error, "a phone cannot follow a patch");
        }
        for mutation in mutations {
            self.note(mutation, keys);
        }
    }

    fn note(&mut self, mutation: &wa::SyncdMutation, keys: &Keys<'_>) {
        let operation = mutation.operation.and_then(|operation| operation.as_known());
        let operation = operation.unwrap_or(SyncdOperation::SET);
        let Some(record) = mutation.record.as_option() else {
            return;
        };
        match decode_record(operation, record, &keys.expanded, keys.id, true) {
            Ok((decoded, macs)) if operation == SyncdOperation::REMOVE => {
                self.macs.remove(&macs.index_mac);
                self.settings.remove(&decoded.index);
            }
            Ok((decoded, macs)) => {
                self.macs.insert(macs.index_mac, macs.value_mac);
                let value = decoded.action_value.unwrap_or_default();
                self.settings.insert(decoded.index, value);
            }
            Err(error) => tracing::warn!(%error, "a phone cannot read a setting"),
        }
    }
}

fn encode(change: Change, keys: &Keys<'_>) -> wa::SyncdMutation {
    let operation = match change.value {
        Some(_) => SyncdOperation::SET,
        None => SyncdOperation::REMOVE,
    };
    let mut value = change.value.unwrap_or_default();
    value.timestamp = Some(unix_millis());
    let index = serde_json::json!(change.index).to_string();
    let (index, iv) = (index.as_bytes(), random_bytes());
    encode_record(operation, index, &value, &keys.expanded, keys.id, &iv, change.version).0
}
