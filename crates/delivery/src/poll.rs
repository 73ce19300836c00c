use std::time::Duration;

use siskin_fleet::Instance;
use siskin_store::{LoggedNotification, StoreError};
use tokio::time::Instant;

use crate::Delivery;

/// Nothing could be received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The notifications go to a webhook. The text is the vendor's.
    #[error(
        "Message cannot be received because custom webhook url is set. Go to cabinet, clear \
         webhook url"
    )]
    WebhookSet,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Delivery {
    /// The oldest notification, which stays where it is; where there is none, the first that
    /// comes within `patience`.
    ///
    /// Ends early, with nothing, when the gateway shuts down.
    ///
    /// # Errors
    /// When the instance has a webhook, or gets one meanwhile, or the store fails.
    pub async fn receive(
        &self,
        instance: &Instance,
        patience: Duration,
    ) -> Result<Option<LoggedNotification>, ReceiveError> {
        let deadline = Instant::now() + patience;
        let (mut log, mut settings) = (instance.log_changes(), instance.settings_changes());
        let stopping = self.fleet.stopping();
        loop {
            // Marked as seen before looking, so that nothing comes in between unnoticed.
            log.mark_unchanged();
            settings.mark_unchanged();
            if !instance.settings().webhook_url.is_empty() {
                return Err(ReceiveError::WebhookSet);
            }
            let oldest = self.fleet.store().oldest(instance.id(), self.not_before()).await?;
            if oldest.is_some() {
                return Ok(oldest);
            }
            tokio::select! {
                changed = log.changed() => if changed.is_err() { return Ok(None) },
                changed = settings.changed() => if changed.is_err() { return Ok(None) },
                () = stopping.cancelled() => return Ok(None),
                () = tokio::time::sleep_until(deadline) => return Ok(None),
            }
        }
    }
}
