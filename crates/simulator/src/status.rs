//! What the network says about itself.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Serialize;
use siskin_sim_server::Handshakes;

use crate::simulator::Simulator;

/// The network at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkStatus {
    /// Sockets that have finished the handshake and are open.
    pub sockets_open: usize,
    /// Devices linked to all phones together.
    pub devices_linked: usize,
    /// How clients introduced themselves.
    pub handshakes: Handshakes,
    /// What clients sent that has no handler, by kind. It was answered with an error.
    pub unknown_stanzas: BTreeMap<String, u64>,
    /// Hosts that are none of this network's and that HTTP requests were meant for. They were
    /// refused with 421.
    pub foreign_hosts: BTreeMap<String, u64>,
    /// The key that signs the server's certificates, in base64: what a client that checks
    /// them must trust.
    pub root_public_key: String,
}

impl Simulator {
    /// Counts of what is connected and what happened since the start.
    pub async fn status(&self) -> NetworkStatus {
        let mut devices_linked = 0;
        for cell in self.server().directory.all() {
            devices_linked += cell.lock().await.devices.len();
        }
        let counters = &self.server().counters;
        NetworkStatus {
            sockets_open: counters.sockets_open(),
            devices_linked,
            handshakes: counters.handshakes(),
            unknown_stanzas: self.unknown_stanzas(),
            foreign_hosts: counters.foreign_hosts(),
            root_public_key: BASE64_STANDARD.encode(self.root_public_key()),
        }
    }
}
