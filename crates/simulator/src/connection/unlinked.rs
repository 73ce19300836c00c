//! A client that waits to be linked: it shows codes until a phone takes one.

use std::sync::Arc;

use wacore_binary::Node;

use crate::iq;
use crate::node::NodeExt as _;
use crate::pairing::{self, Registration, pair_device};
use crate::simulator::Simulator;

/// The session of a client without account.
pub(crate) struct UnlinkedSession {
    pub(crate) sim: Arc<Simulator>,
    pub(crate) registration: Arc<Registration>,
}

impl UnlinkedSession {
    /// Gives the client its refs, which live as long as this socket.
    pub(super) fn begin(sim: Arc<Simulator>, registration: Registration) -> Self {
        let registration = Arc::new(registration);
        sim.registrations().insert(registration.clone());
        let stanza = pair_device(&registration.refs);
        registration.outbox.send(stanza);
        Self { sim, registration }
    }

    pub(super) async fn handle(&self, stanza: &Node) {
        match (stanza.tag.as_ref(), stanza.text("type").as_ref()) {
            ("iq", "result") if stanza.get_optional_child("pair-device-sign").is_some() => {
                pairing::confirm(self, stanza).await;
            }
            ("iq", "error") => pairing::abandon(self).await,
            // It acknowledges the refs.
            ("iq", "result") | ("ack", _) => {}
            ("iq", _) => iq::answer_unlinked(self, stanza).await,
            // Telemetry, and the name of a client that knows it is linked; real servers
            // take both without an answer.
            ("ib" | "presence", _) => {}
            (tag, _) => self.sim.counters().unknown(&format!("{tag} (unlinked)")),
        }
    }

    pub(super) async fn leave(&self) {
        self.sim.registrations().remove(&self.registration);
        self.sim.codes().forget_connection(self.registration.outbox.id());
        pairing::forget_unconfirmed(self).await;
    }
}
