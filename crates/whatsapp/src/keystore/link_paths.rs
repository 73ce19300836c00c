use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use siskin_model::InstanceId;

/// Which database has the keys of an instance's link.
#[derive(Clone, Default)]
pub(super) struct LinkPaths(Arc<Mutex<HashMap<InstanceId, PathBuf>>>);

impl LinkPaths {
    fn paths(&self) -> MutexGuard<'_, HashMap<InstanceId, PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, instance: InstanceId) -> Option<PathBuf> {
        self.paths().get(&instance).cloned()
    }

    pub(super) fn set(&self, instance: InstanceId, path: PathBuf) {
        self.paths().insert(instance, path);
    }

    pub(super) fn is(&self, instance: InstanceId, path: &Path) -> bool {
        self.paths().get(&instance).is_some_and(|linked| linked == path)
    }

    pub(super) fn remove(&self, instance: InstanceId) {
        self.paths().remove(&instance);
    }
}
