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
        let intake = &self.0;
        // What was reported before these messages came must not come after them.
        intake.settled().await?;
        let _turn = intake.turn.lock().await;
        intake.offer_messages(batch).await
    }
}

impl Intake {
    /// Offers decrypted messages to the inbox, all or none.
    pub(super) async fn offer_messages(&self, batch: &[InboundMessage]) -> anyhow::Result<()> {
        let Some(own) = self.own() else {
            anyhow::bail!("messages came before the account is known")
        };
        let mut received = Vec::with_capacity(batch.len());
        for item in batch {
            received.extend(self.received(&own, &item.message, &item.info).await?);
        }
        if !received.is_empty() {
            self.inbox.messages(received).await?;
        }
        Ok(())
    }
}
