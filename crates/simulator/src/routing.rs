//! What devices send. The network does not carry messages between accounts yet: it refuses
//! them in the open and counts them.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::clock::unix_seconds;
use crate::connection::LinkedSession;
use crate::node::NodeExt as _;
use crate::peer;

/// The code with which a server refuses a stanza it cannot handle.
const UNHANDLED: &str = "500";

/// A message to the device's own phone reaches it; any other is refused with an error in
/// its ack.
pub(crate) async fn message(session: &LinkedSession, message: &Node) {
    if !peer::is_for_own_phone(session, message) {
        session.sim.counters().unknown("message");
        return session.outbox.send(ack(message).attr("error", UNHANDLED).build());
    }
    session.outbox.send(ack(message).build());
    if let Err(error) = peer::receive(session, message).await {
        tracing::error!(%error, "a phone cannot answer its device");
    }
}

fn ack(message: &Node) -> NodeBuilder {
    NodeBuilder::new("ack")
        .attr("class", "message")
        .attr("id", message.text("id").as_ref())
        .attr("from", message.text("to").as_ref())
        .attr("t", unix_seconds().to_string())
}

/// Answers who asks whether a phone is there. A device's own presence is taken note of by
/// nobody yet.
pub(crate) async fn presence(session: &LinkedSession, presence: &Node) {
    if presence.text("type") != "subscribe" {
        return;
    }
    let Some(jid) = presence.jid("to") else {
        return;
    };
    let Some(cell) = session.sim.account_of(&jid) else {
        return;
    };
    let online = cell.lock().await.online;
    let mut answer = NodeBuilder::new("presence").attr("from", jid);
    if !online {
        answer = answer.attr("type", "unavailable");
    }
    session.outbox.send(answer.build());
}
