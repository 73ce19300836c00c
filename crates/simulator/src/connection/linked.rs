//! A device that has logged in.

use std::sync::Arc;

use wacore_binary::Node;

use super::Outbox;
use crate::account::AccountCell;
use crate::iq;
use crate::node::NodeExt as _;
use crate::routing;
use crate::simulator::Simulator;

/// The error in the ack of a message that a client asks for again, with some clients.
const ASKED_FOR_AGAIN: &str = "500";

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
            "receipt" => routing::receipt(self, stanza).await,
            "ack" => {
                let (class, id) = (stanza.text("class"), stanza.text("id"));
                let error = stanza.text("error");
                if !error.is_empty() && error != ASKED_FOR_AGAIN {
                    self.sim.counters().unknown(&format!("{class} refused with {error}"));
                }
                self.acknowledged(&class, &id).await;
            }
            "presence" => routing::presence(self, stanza).await,
            "chatstate" => {
                let sender = routing::Sender { cell: &self.cell, device: self.device };
                routing::chatstate(&self.sim, sender, stanza).await;
            }
            "call" => routing::call(self, stanza).await,
            // Telemetry and flow control, which real servers take without an answer.
            "ib" => {}
            tag => self.sim.counters().unknown(tag),
        }
    }

    pub(super) async fn leave(&self) {
        self.cell.detach(self.device, &self.outbox);
        self.sim.announce_presence(&self.cell).await;
    }

    /// Drops an acknowledged stanza from the device's queue.
    async fn acknowledged(&self, tag: &str, id: &str) {
        let mut account = self.cell.lock().await;
        let Some(device) = account.devices.get_mut(&self.device) else {
            return;
        };
        if device.acknowledge(tag, id) {
            self.cell.mark_changed();
        }
    }
}
