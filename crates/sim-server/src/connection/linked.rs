//! A device that has logged in.

use wacore_binary::Node;

use crate::iq;
use crate::node::NodeExt as _;
use crate::routing;
use crate::session::LinkedSession;

/// The error in the ack of a message that a client asks for again, with some clients.
const ASKED_FOR_AGAIN: &str = "500";

/// Does what a stanza asks for.
pub(super) async fn handle(session: &LinkedSession, stanza: &Node) {
    match stanza.tag.as_ref() {
        "iq" => match stanza.text("type").as_ref() {
            "get" | "set" => iq::answer(session, stanza).await,
            // Answers to what we asked, such as a ping.
            _ => {}
        },
        "message" => routing::message(session, stanza).await,
        "receipt" => routing::receipt(session, stanza).await,
        "ack" => {
            let (class, id) = (stanza.text("class"), stanza.text("id"));
            let error = stanza.text("error");
            if !error.is_empty() && error != ASKED_FOR_AGAIN {
                session.server.counters.unknown(&format!("{class} refused with {error}"));
            }
            acknowledged(session, &class, &id).await;
        }
        "presence" => routing::presence(session, stanza).await,
        "chatstate" => {
            let sender = routing::Sender { cell: &session.cell, device: session.device };
            routing::chatstate(&session.server, sender, stanza).await;
        }
        "call" => routing::call(session, stanza).await,
        // Telemetry and flow control, which real servers take without an answer.
        "ib" => {}
        tag => session.server.counters.unknown(tag),
    }
}

/// The connection is over.
pub(super) async fn leave(session: &LinkedSession) {
    session.cell.detach(session.device, &session.outbox);
    routing::announce_presence(&session.server.directory, &session.cell).await;
}

/// Drops an acknowledged stanza from the device's queue.
async fn acknowledged(session: &LinkedSession, tag: &str, id: &str) {
    let mut account = session.cell.lock().await;
    let Some(device) = account.devices.get_mut(&session.device) else {
        return;
    };
    if device.acknowledge(tag, id) {
        session.cell.mark_changed();
    }
}
