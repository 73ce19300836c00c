//! Calls, as far as the server passes them on: who rings whom, and how it ended. No sound
//! is carried.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::Sender;
use crate::account::AccountCell;
use crate::calls::{Call, CallState};
use crate::clock::unix_seconds;
use crate::keys::random_bytes;
use crate::node::NodeExt as _;
use crate::server::Server;
use crate::session::LinkedSession;

/// A linked device takes part in a call.
pub(crate) async fn call(session: &LinkedSession, call: &Node) {
    let Some((to, action)) = call.jid("to").zip(call.nodes().first()) else {
        return session.server.counters.unknown("call without action");
    };
    let mut ack = NodeBuilder::new("ack")
        .attr("class", "call")
        .attr("id", call.text("id").as_ref())
        .attr("from", to.clone())
        .attr("t", unix_seconds().to_string());
    ack = ack.attr("type", action.tag.to_string());
    session.outbox.send(ack.build());
    let sender = Sender { cell: &session.cell, device: session.device };
    pass_call_on(&session.server, sender, &to, action).await;
}

/// Gives the other side of a call what one side does, and tells the other devices of
/// who answers that it was answered.
pub async fn pass_call_on(server: &Server, sender: Sender<'_>, to: &Jid, action: &Node) {
    let id = action.text("call-id").into_owned();
    let callee = server.directory.account_of(to);
    let elsewhere = match action.tag.as_ref() {
        "offer" => {
            if let Some(callee) = &callee {
                note_offer(server, sender, callee, action, &id);
            }
            None
        }
        "accept" => {
            server.calls.set_state(&id, CallState::Accepted);
            Some("accepted_elsewhere")
        }
        "reject" => {
            server.calls.set_state(&id, CallState::Rejected);
            Some("rejected_elsewhere")
        }
        "terminate" => {
            server.calls.set_state(&id, CallState::Ended);
            None
        }
        _ => None,
    };
    if let Some(callee) = &callee {
        give(callee, None, stanza(sender, to.is_lid(), action.clone()).await).await;
    }
    if let Some(reason) = elsewhere {
        let mut end = NodeBuilder::new("terminate").attr("call-id", id);
        if let Some(creator) = action.jid("call-creator") {
            end = end.attr("call-creator", creator);
        }
        let end = end.attr("reason", reason).build();
        // Word comes from the caller, whose call it is.
        let from = Sender { cell: callee.as_ref().unwrap_or(sender.cell), device: 0 };
        let stanza = stanza(from, to.is_lid(), end).await;
        give(sender.cell, Some(sender.device), stanza).await;
    }
}

fn note_offer(server: &Server, sender: Sender<'_>, callee: &AccountCell, offer: &Node, id: &str) {
    if server.calls.find(id).is_some() {
        return;
    }
    server.calls.add(Call {
        call_id: id.to_owned(),
        from: sender.cell.chat_id(),
        to: callee.chat_id(),
        video: offer.get_optional_child("video").is_some(),
        state: CallState::Ringing,
        caller: sender.cell.phone.clone(),
        callee: callee.phone.clone(),
    });
}

async fn give(cell: &AccountCell, but: Option<u16>, stanza: Node) {
    let devices: Vec<u16> = cell.lock().await.all_devices().filter(|id| Some(*id) != but).collect();
    cell.hand_over(devices.into_iter().map(|device| (device, stanza.clone()))).await;
}

async fn stanza(sender: Sender<'_>, by_lid: bool, action: Node) -> Node {
    let name = sender.cell.lock().await.name.clone();
    let id = u64::from_be_bytes(random_bytes());
    NodeBuilder::new("call")
        .attr("from", sender.cell.jid(by_lid, sender.device))
        .attr("id", format!("{id:016X}"))
        .attr("t", unix_seconds().to_string())
        .attr("notify", name)
        .attr("platform", "android")
        .attr("version", "2.24.0")
        .children([action])
        .build()
}
