mod messages;

use std::sync::Arc;

use serde_json::{Map, Value};
use siskin_green_api::{Notification, Settings};
use siskin_model::{
    InstanceId, Link, PairingCode, PhoneNumber, Receipt, StateRecord, Token, UnixMillis,
};
use siskin_store::{InstanceRow, Store};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::configuration::Configuration;
use crate::error::{ChangeError, FleetError, LinkError};
use crate::parts::InstanceParts;
use crate::qr_viewers::QrViewer;
use crate::shared::Shared;
use crate::task::LinkCommand;

/// One instance: what is known of it, its parts, and the mailbox of its task.
pub struct Instance {
    id: InstanceId,
    name: String,
    created: UnixMillis,
    store: Arc<dyn Store>,
    configuration: Configuration,
    parts: Arc<InstanceParts>,
    link: Arc<watch::Sender<Link>>,
    commands: mpsc::Sender<LinkCommand>,
    deleted: CancellationToken,
}

impl Instance {
    pub(crate) fn new(
        row: InstanceRow,
        shared: &Shared,
        link: Arc<watch::Sender<Link>>,
        commands: mpsc::Sender<LinkCommand>,
    ) -> Self {
        let (id, store) = (row.id, shared.store.clone());
        let configuration = Configuration::new(id, &store, &shared.bell, row.token, row.settings);
        let parts =
            InstanceParts::new(id, shared, &link.subscribe(), &configuration.settings_changes());
        Self {
            id,
            name: row.name,
            created: row.created,
            store,
            configuration,
            parts: Arc::new(parts),
            link,
            commands,
            deleted: CancellationToken::new(),
        }
    }

    /// Its number.
    pub fn id(&self) -> InstanceId {
        self.id
    }

    /// Its label; may be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was created.
    pub fn created(&self) -> UnixMillis {
        self.created
    }

    /// Its secret.
    pub fn token(&self) -> Token {
        self.configuration.token()
    }

    /// Its settings as they are now.
    pub fn settings(&self) -> Arc<Settings> {
        self.configuration.settings()
    }

    /// Its settings, now and whenever they change.
    pub fn settings_changes(&self) -> watch::Receiver<Arc<Settings>> {
        self.configuration.settings_changes()
    }

    /// Returns when the instance is deleted: whatever waits for something of it ends then.
    pub async fn deleted(&self) {
        self.deleted.cancelled().await;
    }

    pub(crate) fn tell_deleted(&self) {
        self.deleted.cancel();
    }

    /// How it stands with WhatsApp, now and whenever that changes.
    pub fn link(&self) -> watch::Receiver<Link> {
        self.link.subscribe()
    }

    /// Looks at the code to scan: see [`QrViewer`]. The code comes through [`Instance::link`].
    pub fn view_qr(&self) -> QrViewer {
        QrViewer::new(self.parts.qr_viewers.clone())
    }

    /// A code that links by phone number; while one for the same number is valid, that one.
    ///
    /// Waits for WhatsApp, bounded, and leaves a running QR alone.
    ///
    /// # Errors
    /// When the instance is linked, WhatsApp cannot be reached or refuses.
    pub async fn pairing_code(&self, phone: &PhoneNumber) -> Result<PairingCode, LinkError> {
        let phone = phone.clone();
        self.command(|reply| LinkCommand::PairingCode { phone, reply })
            .await
            .ok_or(LinkError::Stopping)?
    }

    /// Removes the link, at WhatsApp too where it can be reached, and every key of it.
    /// An instance that is not linked stays as it is.
    ///
    /// # Errors
    /// When the keys cannot be removed or the instance is stopping.
    pub async fn logout(&self) -> Result<(), FleetError> {
        self.command(|reply| LinkCommand::Logout { reply }).await.ok_or(FleetError::Stopping)?
    }

    /// Closes every connection of the instance and, if it is linked, starts it anew.
    /// Answers when the restart has begun.
    ///
    /// # Errors
    /// When the keys cannot be read or the instance is stopping.
    pub async fn reboot(&self) -> Result<(), FleetError> {
        self.command(|reply| LinkCommand::Reboot { reply }).await.ok_or(FleetError::Stopping)?
    }

    /// Removes the link with its keys and ends the task. `false`: it had ended before.
    pub(crate) async fn remove(&self) -> Result<bool, FleetError> {
        let removed = self.command(|reply| LinkCommand::Remove { reply }).await;
        removed.map_or(Ok(false), |result| result.map(|()| true))
    }

    async fn command<T>(&self, make: impl FnOnce(oneshot::Sender<T>) -> LinkCommand) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(make(reply)).await.ok()?;
        answer.await.ok()
    }

    /// Applies a partial change of settings, durably.
    ///
    /// # Errors
    /// When a value does not fit (nothing is changed then) or the store fails.
    pub async fn change_settings(
        &self,
        changes: &Map<String, Value>,
    ) -> Result<Arc<Settings>, ChangeError> {
        self.configuration.change_settings(changes).await
    }

    /// Replaces the token; the old one is of no use from now on.
    ///
    /// # Errors
    /// When the store fails; the old token stays valid then.
    pub async fn new_token(&self) -> Result<Token, FleetError> {
        Ok(self.configuration.new_token().await?)
    }

    /// Replaces the token by request of somebody who has `old`; `None` where that is not the
    /// token any more: of several who replace the same one at once, only the first does.
    ///
    /// # Errors
    /// When the store fails; the old token stays valid then.
    pub async fn replace_token(&self, old: &str) -> Result<Option<Token>, FleetError> {
        Ok(self.configuration.replace_token(old).await?)
    }

    /// The latest changes of state, newest first, at most `count`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn state_history(&self, count: u32) -> Result<Vec<StateRecord>, FleetError> {
        Ok(self.store.state_history(self.id, count).await?)
    }

    /// Appends to the notification log and wakes whoever waits for it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notify(&self, notification: Notification) -> Result<Receipt, FleetError> {
        Ok(self.parts.log.append(notification).await?)
    }

    /// Notifications as they are logged from now on, whether or not somebody has taken them
    /// already. Whoever looks on too slowly misses some.
    pub fn look_on(&self) -> broadcast::Receiver<Notification> {
        self.parts.log.look_on()
    }

    /// A counter that moves after every append to the notification log.
    pub fn log_changes(&self) -> watch::Receiver<u64> {
        self.parts.log.changes()
    }

    pub(crate) fn parts(&self) -> &Arc<InstanceParts> {
        &self.parts
    }
}
