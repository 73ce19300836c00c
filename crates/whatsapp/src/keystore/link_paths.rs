use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use siskin_model::InstanceId;

/// Which database has the keys of an instance's link.
#[derive(Clone, Default)]
pub(super) struct LinkPaths(Arc<Mutex<HashMap<InstanceId, PathBuf>>>);

impl LinkPaths {
    pub(super) fn get(&self, instance: InstanceId) -> Option<PathBuf> {
        self.0.lock().get(&instance).cloned()
    }

    pub(super) fn set(&self, instance: InstanceId, path: PathBuf) {
        self.0.lock().insert(instance, path);
    }

    pub(super) fn is(&self, instance: InstanceId, path: &Path) -> bool {
        self.0.lock().get(&instance).is_some_and(|linked| linked == path)
    }

    pub(super) fn remove(&self, instance: InstanceId) {
        self.0.lock().remove(&instance);
    }
}
