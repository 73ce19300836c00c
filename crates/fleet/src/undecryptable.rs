//! Messages that could not be decrypted: told after a while, if they do not come again.

use std::sync::Arc;
use std::time::Duration;

use siskin_model::{InstanceId, Message};
use siskin_store::{Entry, Replacement, Result};
use tokio::time::Instant;

use crate::backlog::{Added, Backlog};
use crate::entries::Entries;
use crate::journal::Journal;
use crate::log::NotificationLog;

/// How long a message that could not be decrypted has to come again in a form that can, before
/// its owner is told that it cannot be read.
const SECOND_TRY: Duration = Duration::from_secs(10);
/// How many messages of an instance may wait for that; beyond it, their owner is told at once.
const WAITING: usize = 256;
/// The pause after the store has failed.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// The messages of one instance that could not be decrypted.
pub(crate) struct Undecryptable {
    id: InstanceId,
    log: Arc<NotificationLog>,
    journal: Arc<Journal>,
    entries: Arc<Entries>,
    /// Those that may come again, each with the moment from which its owner is told.
    waiting: Backlog<(Instant, Message)>,
}

impl Undecryptable {
    pub(crate) fn new(
        id: InstanceId,
        log: &Arc<NotificationLog>,
        journal: &Arc<Journal>,
        entries: &Arc<Entries>,
    ) -> Self {
        Self {
            id,
            log: log.clone(),
            journal: journal.clone(),
            entries: entries.clone(),
            waiting: Backlog::new(WAITING),
        }
    }

    /// Records that there is a message, and tells of it if it does not come in a readable form
    /// soon: then it replaces this one.
    pub(crate) async fn record(self: &Arc<Self>, message: Message) -> Result<()> {
        let silent = Entry {
            message: message.clone(),
            notification: None,
            file: None,
            amendment: None,
            replacement: Replacement::Never,
        };
        let recorded = self.journal.record(vec![silent]).await?;
        if recorded.iter().all(|recorded| !recorded.is_new) {
            return Ok(());
        }
        match self.waiting.add((Instant::now() + SECOND_TRY, message.clone())) {
            Added::First => drop(tokio::spawn(self.clone().tell_in_turn())),
            Added::Waiting => {}
            Added::Full => self.tell(&message).await?,
        }
        Ok(())
    }

    async fn tell_in_turn(self: Arc<Self>) {
        let mut next = self.waiting.first();
        while let Some((due, message)) = next {
            tokio::time::sleep_until(due).await;
            while let Err(error) = self.tell(&message).await {
                tracing::debug!(instance = %self.id, %error, "not told yet");
                tokio::time::sleep(STORE_PAUSE).await;
            }
            next = self.waiting.done();
        }
    }

    async fn tell(&self, message: &Message) -> Result<()> {
        let now = self.journal.message(&message.chat, &message.id).await?;
        if now.is_none_or(|now| !now.raw.is_empty()) {
            return Ok(());
        }
        if let Some(notification) = self.entries.notification(message).await? {
            self.log.append(notification).await?;
        }
        Ok(())
    }
}
