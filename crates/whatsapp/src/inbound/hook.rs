use std::sync::Arc;

use async_trait::async_trait;
use wacore::types::events::InboundMessage;
use whatsapp_rust::{Client, InboundDurabilityHook};

use super::Inbound;

/// Stands between the decryption of messages and their acknowledgement. It must not call the
/// client: what it would wait for may be waiting for it (engine, `durability_hook.rs`).
pub(crate) struct Hook(pub(crate) Arc<Inbound>);

#[async_trait]
impl InboundDurabilityHook for Hook {
    async fn on_messages(&self, _: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        self.0.take_messages(batch).await
    }
}
