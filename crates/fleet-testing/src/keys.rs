use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use siskin_model::InstanceId;

use crate::script::locked;
use siskin_fleet::port::StoredKeys;

/// What a scripted engine has stored; shared with its sessions.
#[derive(Clone, Default)]
pub(super) struct Keys(Arc<Mutex<HashMap<InstanceId, StoredKeys>>>);

impl Keys {
    pub(super) fn store(&self, instance: InstanceId, stored: StoredKeys) {
        locked(&self.0).insert(instance, stored);
    }

    pub(super) fn stored(&self, instance: InstanceId) -> StoredKeys {
        locked(&self.0).get(&instance).cloned().unwrap_or(StoredKeys::Nothing)
    }

    pub(super) fn wipe(&self, instance: InstanceId) {
        locked(&self.0).remove(&instance);
    }
}
