//! A client that waits to be linked: it shows codes until a phone takes one.

use std::sync::Arc;

use wacore_binary::Node;

use crate::iq;
use crate::node::NodeExt as _;
use crate::pairing::{self, Registration};
use crate::server::Server;
use crate::session::UnlinkedSession;

/// Gives the client its refs, which live as long as this socket.
pub(super) fn begin(server: Arc<Server>, registration: Registration) -> UnlinkedSession {
    let registration = Arc::new(registration);
    server.registrations.insert(registration.clone());
    registration.outbox.send(pairing::pair_device(&registration.refs));
    UnlinkedSession { server, registration }
}

/// Does what a stanza asks for.
pub(super) async fn handle(session: &UnlinkedSession, stanza: &Node) {
    let registration = &session.registration;
    match (stanza.tag.as_ref(), stanza.text("type").as_ref()) {
        ("iq", "result") if stanza.get_optional_child("pair-device-sign").is_some() => {
            pairing::confirm(&session.server.directory, registration, stanza).await;
        }
        ("iq", "error") => pairing::abandon(registration).await,
        // It acknowledges the refs.
        ("iq", "result") | ("ack", _) => {}
        ("iq", _) => iq::answer_unlinked(session, stanza),
        // Telemetry, and the name of a client that knows it is linked; real servers
        // take both without an answer.
        ("ib" | "presence", _) => {}
        (tag, _) => session.server.counters.unknown(&format!("{tag} (unlinked)")),
    }
}

/// The connection is over.
pub(super) async fn leave(session: &UnlinkedSession) {
    let registration = &session.registration;
    session.server.registrations.remove(registration);
    session.server.codes.forget_connection(registration.outbox.id());
    pairing::forget_unconfirmed(registration).await;
}
