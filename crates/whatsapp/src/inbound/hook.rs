use std::sync::Arc;

use async_trait::async_trait;
use wacore::types::events::InboundMessage;
use whatsapp_rust::{Client, InboundDurabilityHook};

use super::Intake;

/// Stands between the decryption of messages and their acknowledgement. It must not call the
/// client: what it would wait for may be waiting for it (engine, `durability_hook.rs`).
pub(crate) struct Hook(pub(crate) Arc<Intake>);

#[async_trait]
impl InboundDurabilityHook for Hook {
    async fn on_messages(&self, _: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        self.take(batch).await
    }
}

impl Hook {
    pub(super) async fn take(&self, batch: &[InboundMessage]) -> anyhow::Result<()> {
        // The engine keeps what was not acknowledged until WhatsApp sends it again, which it
        // does on another connection.
        self.0.committed(batch).await.inspect_err(|error| self.0.keys.fence.close(error))
    }
}

impl Intake {
    /// Offers messages when everything that came before them is committed.
    pub(super) async fn committed(&self, batch: &[InboundMessage]) -> anyhow::Result<()> {
        self.settled().await?;
        let _turn = self.turn.lock().await;
        self.offer_messages(batch).await
    }

    /// Offers decrypted messages to the inbox, all or none.
    pub(super) async fn offer_messages(&self, batch: &[InboundMessage]) -> anyhow::Result<()> {
        let Some(own) = self.own() else {
            anyhow::bail!("messages came before the account is known")
        };
        let mut received = Vec::with_capacity(batch.len());
        let mut timers = Vec::new();
        for item in batch {
            received.extend(self.received(&own, &item.message, &item.info).await?);
            timers.extend(self.timer(&own, &item.message, &item.info).await);
        }
        if !timers.is_empty() {
            self.inbox.events(timers).await?;
        }
        if !received.is_empty() {
            self.inbox.messages(received).await?;
        }
        Ok(())
    }
}
