use std::time::Duration;

use async_trait::async_trait;
use siskin_outbound::{Outbound, OutboundError};

/// One try to deliver a notification.
pub struct Attempt<'a> {
    /// Where to.
    pub url: &'a str,
    /// The credential for the receiver; may be empty.
    pub credential: &'a str,
    /// The notification's handle: the same on every try.
    pub receipt: i64,
    /// The notification.
    pub body: String,
    /// How long the receiver may take.
    pub patience: Duration,
}

/// What posts to a webhook.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Posts the notification and tells the status of the answer.
    ///
    /// # Errors
    /// When there is no answer.
    async fn post(&self, attempt: Attempt<'_>) -> Result<u16, OutboundError>;
}

#[async_trait]
impl WebhookSender for Outbound {
    async fn post(&self, attempt: Attempt<'_>) -> Result<u16, OutboundError> {
        let Attempt { url, credential, receipt, body, patience } = attempt;
        self.post_notification(url, credential, receipt, body, patience).await
    }
}
