//! What one account sends to another. The network does not carry messages yet: it refuses
//! them in the open and counts them.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::clock::unix_seconds;
use crate::connection::LinkedSession;
use crate::node::NodeExt as _;

/// The code with which a server refuses a stanza it cannot handle.
const UNHANDLED: &str = "500";

/// Refuses a message with an error in its ack.
pub(crate) fn message(session: &LinkedSession, message: &Node) {
    session.sim.counters().unknown("message");
    session.outbox.send(
        NodeBuilder::new("ack")
            .attr("class", "message")
            .attr("id", message.text("id").as_ref())
            .attr("from", message.text("to").as_ref())
            .attr("t", unix_seconds().to_string())
            .attr("error", UNHANDLED)
            .build(),
    );
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
