//! A device that has logged in.

use std::sync::Arc;

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::Outbox;
use crate::account::AccountCell;
use crate::iq;
use crate::node::NodeExt as _;
use crate::routing;
use crate::simulator::Simulator;

/// The session of a linked device.
pub(crate) struct LinkedSession {
    pub(crate) sim: Arc<Simulator>,
    pub(crate) cell: Arc<AccountCell>,
    pub(crate) device: u16,
    pub(crate) outbox: Outbox,
}

impl LinkedSession {
    pub(super) fn new(
        sim: Arc<Simulator>,
        cell: Arc<AccountCell>,
        device: u16,
        outbox: Outbox,
    ) -> Self {
        Self { sim, cell, device, outbox }
    }

    pub(super) async fn handle(&self, stanza: &Node) {
        match stanza.tag.as_ref() {
            "iq" => match stanza.text("type").as_ref() {
                "get" | "set" => iq::answer(self, stanza).await,
                // Answers to what we asked, such as a ping.
                _ => {}
            },
            "message" => routing::message(self, stanza).await,
            "receipt" => {
                self.acknowledged("message", &stanza.text("id")).await;
                if stanza.text("type") == "retry" {
                    self.share_again().await;
                }
                self.outbox.send(receipt_ack(stanza));
            }
            "ack" => {
                let (class, id) = (stanza.text("class"), stanza.text("id"));
                self.acknowledged(&class, &id).await;
            }
            "presence" => routing::presence(self, stanza).await,
            // Telemetry and flow control, which real servers take without an answer.
            "ib" => {}
            tag => self.sim.counters().unknown(tag),
        }
    }

    pub(super) fn leave(&self) {
        self.cell.detach(self.device, &self.outbox);
    }

    /// Drops an acknowledged stanza from the device's queue.
    async fn acknowledged(&self, tag: &str, id: &str) {
        let mut account = self.cell.lock().await;
        let Some(device) = account.devices.get_mut(&self.device) else {
            return;
        };
        if device.acknowledge(tag, id)
            && let Err(error) = self.sim.save(&account).await
        {
            tracing::error!(%error, "cannot store an acknowledgement");
        }
    }

    /// The device could not read a message. The phone sends nothing but its app-state key
    /// yet, so that is what it was.
    async fn share_again(&self) {
        let mut account = self.cell.lock().await;
        let shared = self.sim.share_again(&self.cell, &mut account, self.device).await;
        if let Err(error) = shared {
            tracing::error!(%error, "cannot share the app-state key again");
        }
    }
}

fn receipt_ack(receipt: &Node) -> Node {
    let mut ack = NodeBuilder::new("ack")
        .attr("class", "receipt")
        .attr("id", receipt.text("id").as_ref())
        .attr("from", receipt.text("to").as_ref());
    for key in ["type", "participant"] {
        if let Some(value) = receipt.attrs.get(key) {
            ack = ack.attr(key, value.clone());
        }
    }
    ack.build()
}
