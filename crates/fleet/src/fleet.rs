use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use siskin_green_api::Settings;
use siskin_media::MediaFolder;
use siskin_model::{InstanceId, InstanceState, Link, Phase, Reason};
use siskin_store::{Clock, DeletedInstance, InstanceRow, NewInstance, Store, StoreError};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bell::Bell;
use crate::error::{FleetError, MessageError};
use crate::files::KeptFile;
use crate::ids::new_token;
use crate::instance::Instance;
use crate::setup::Setup;
use crate::shared::Shared;
use crate::sweep::sweep;
use crate::task::{COMMAND_QUEUE, InstanceTask};

/// How long shutting down waits for the instances to close their connections.
const SHUTDOWN: Duration = Duration::from_secs(15);

/// Every instance of this process.
pub struct Fleet {
    instances: RwLock<BTreeMap<InstanceId, Arc<Instance>>>,
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

impl Fleet {
    /// Reads the instances from the store and starts a task for each: those that are linked
    /// come back by themselves.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn start(setup: Setup) -> Result<Arc<Self>, FleetError> {
        let rows = setup.store.list().await?;
        let waiting = setup.store.pending().await?;
        let shared = Shared::new(setup);
        let fleet = Arc::new(Self {
            instances: RwLock::default(),
            shared: Arc::new(shared),
            tasks: TaskTracker::new(),
        });
        for row in rows {
            fleet.adopt(row);
        }
        for instance in waiting {
            fleet.bell().ring(instance);
        }
        fleet.tasks.spawn(sweep(fleet.shared.clone()));
        Ok(fleet)
    }

    /// Starts the task of an instance that the store has.
    fn adopt(&self, row: InstanceRow) -> Arc<Instance> {
        let (commands, mailbox) = mpsc::channel(COMMAND_QUEUE);
        let recorded = row.last.record.state;
        let link = Arc::new(watch::Sender::new(link_after_start(&row)));
        let instance = Arc::new(Instance::new(row, &self.shared, link.clone(), commands));
        let task = InstanceTask::new(
            instance.id(),
            recorded,
            link,
            instance.settings_changes(),
            instance.parts().clone(),
            mailbox,
            self.shared.clone(),
        );
        self.tasks.spawn(task.run());
        let mut instances = self.instances.write();
        instances.insert(instance.id(), instance.clone());
        instance
    }

    /// The instance of that number.
    pub fn get(&self, id: InstanceId) -> Option<Arc<Instance>> {
        self.instances.read().get(&id).cloned()
    }

    /// Every instance, by number.
    pub fn list(&self) -> Vec<Arc<Instance>> {
        let instances = self.instances.read();
        instances.values().cloned().collect()
    }

    /// Creates an instance.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn create(
        &self,
        name: String,
        settings: Settings,
    ) -> Result<Arc<Instance>, FleetError> {
        let new =
            NewInstance { name, token: new_token(), created: self.shared.clock.now(), settings };
        let row = self.shared.store.create(new).await?;
        tracing::info!(instance = %row.id, "instance created");
        Ok(self.adopt(row))
    }

    /// Unlinks the instance and removes everything that is kept for it: no key and no row
    /// stays behind but what [`Fleet::deleted`] tells. `false`: there was none of that number.
    ///
    /// # Errors
    /// When keys or rows cannot be removed; the instance is there to be deleted again then.
    pub async fn delete(&self, id: InstanceId) -> Result<bool, FleetError> {
        let Some(instance) = self.get(id) else { return Ok(false) };
        if !instance.remove().await? {
            // The task ended by an earlier deletion whose rows could not be removed.
            self.shared.engine.wipe(id).await?;
        }
        self.shared.store.delete(id, self.shared.clock.now()).await?;
        instance.tell_deleted();
        self.shared.files.media().remove_all(id).await?;
        self.shared.files.forget_unused().await;
        let mut instances = self.instances.write();
        let deleted = instances.remove(&id).is_some();
        if deleted {
            tracing::info!(instance = %id, "instance deleted");
        }
        Ok(deleted)
    }

    /// The instances that were deleted in the last three months, by number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn deleted(&self) -> Result<Vec<DeletedInstance>, FleetError> {
        Ok(self.shared.store.deleted().await?)
    }

    /// Whether an instance of that number was deleted in the last three months.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn was_deleted(&self, id: InstanceId) -> Result<bool, FleetError> {
        Ok(self.shared.store.is_deleted(id).await?)
    }

    /// Rings when a notification log has grown or settings have changed.
    pub fn bell(&self) -> &Bell {
        &self.shared.bell
    }

    /// What the gateway keeps.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// The address of the gateway as its users reach it, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// Where files are kept.
    pub fn media(&self) -> &MediaFolder {
        self.shared.files.media()
    }

    /// The file that an address of this gateway leads to. `None`: it is no such address, or
    /// the file is gone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn file_at(&self, url: &str) -> Result<Option<KeptFile>, StoreError> {
        let Some((id, token)) = self.shared.files.file_at(url) else { return Ok(None) };
        let Some(instance) = self.get(id) else { return Ok(None) };
        match instance.open_file(&token).await {
            Ok(kept) => Ok(Some(kept)),
            Err(MessageError::Store(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Whether the disk has room for a file that somebody uploads.
    ///
    /// # Errors
    /// [`MessageError::NoRoom`] where it has not.
    pub async fn require_room(&self) -> Result<(), MessageError> {
        match self.shared.files.has_room().await {
            true => Ok(()),
            false => Err(MessageError::NoRoom),
        }
    }

    /// The clock that all of the gateway goes by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// Is cancelled when the gateway shuts down: whatever waits on behalf of a caller ends.
    pub fn stopping(&self) -> CancellationToken {
        self.shared.stopping.clone()
    }

    /// Closes every connection and ends every task; keys and rows stay. Bounded, and safe
    /// to call twice.
    pub async fn shutdown(&self) {
        self.shared.stopping.cancel();
        self.tasks.close();
        if tokio::time::timeout(SHUTDOWN, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                left = self.tasks.len(),
                "some instances did not close their connection in time"
            );
        }
    }
}

/// How an instance stands before its task has looked at its keys.
fn link_after_start(row: &InstanceRow) -> Link {
    let record = &row.last.record;
    let phase = match (&row.last.account, record.state) {
        (None, _) => Phase::Asleep,
        (Some(_), InstanceState::Blocked) => Phase::Blocked,
        (Some(_), _) => Phase::Starting,
    };
    // How the disk was says nothing about how it is.
    let reason = record.reason.as_deref().and_then(Reason::from_code);
    Link {
        phase,
        reason: reason.filter(|reason| *reason != Reason::StoreFailed),
        account: row.last.account.clone(),
        pairing_code: None,
        since: record.at,
    }
}
