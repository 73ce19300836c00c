use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use siskin_model::InstanceId;

use siskin_fleet::port::StoredKeys;

/// What a scripted engine has stored; shared with its sessions.
#[derive(Clone, Default)]
pub(super) struct Keys(Arc<Mutex<HashMap<InstanceId, StoredKeys>>>);

impl Keys {
    pub(super) fn store(&self, instance: InstanceId, stored: StoredKeys) {
        self.0.lock().insert(instance, stored);
    }

    pub(super) fn stored(&self, instance: InstanceId) -> StoredKeys {
        self.0.lock().get(&instance).cloned().unwrap_or(StoredKeys::Nothing)
    }

    pub(super) fn wipe(&self, instance: InstanceId) {
        self.0.lock().remove(&instance);
    }
}
