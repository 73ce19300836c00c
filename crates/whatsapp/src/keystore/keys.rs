use std::path::PathBuf;
use std::sync::Arc;

use siskin_fleet::port::EngineError;
use siskin_model::InstanceId;
use whatsapp_rust::store::SqliteStore;

use super::database::remove_database;
use super::error::disk_error;
use super::fence::Fence;
use super::fenced::FencedStore;
use super::link_paths::LinkPaths;
use super::unwritten::Unwritten;

/// The database of one session.
pub(crate) struct Keys {
    pub(crate) instance: InstanceId,
    pub(crate) store: Arc<FencedStore>,
    pub(crate) fence: Arc<Fence>,
    pub(super) path: PathBuf,
    linked: LinkPaths,
}

impl Keys {
    pub(super) fn new(
        instance: InstanceId,
        path: PathBuf,
        store: SqliteStore,
        unwritten: Arc<Unwritten>,
        linked: LinkPaths,
    ) -> Self {
        let fence = Arc::new(Fence::new(instance));
        let store = Arc::new(FencedStore { inner: store, fence: fence.clone(), unwritten });
        Self { instance, store, fence, path, linked }
    }

    /// From now on these are the keys of the instance's link.
    pub(crate) fn are_linked(&self) {
        self.linked.set(self.instance, self.path.clone());
    }

    /// What it means that no client could be made with them; they are discarded.
    pub(crate) fn not_opened(&self, error: EngineError) -> EngineError {
        self.discard_unlinked();
        match self.fence.is_closed() {
            true => disk_error(self.instance, "written", &error),
            false => error,
        }
    }

    /// Removes the database, if it is not a link's.
    pub(crate) fn discard_unlinked(&self) {
        if self.linked.is(self.instance, &self.path) {
            return;
        }
        if let Err(error) = remove_database(self.instance, &self.path) {
            tracing::warn!(instance = %self.instance, %error, "left over until the next start");
        }
        // The folder stays: the next session may be about to put its database there.
    }
}
