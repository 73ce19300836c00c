//! Who is there, and who is writing.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{JidExt as _, Node};

use super::{Sender, groups};
use crate::account::AccountCell;
use crate::directory::Directory;
use crate::node::NodeExt as _;
use crate::server::Server;
use crate::session::LinkedSession;

/// A device says whether its user is there, or asks whether somebody else is.
pub(crate) async fn presence(session: &LinkedSession, presence: &Node) {
    match presence.text("type").as_ref() {
        "subscribe" => subscribe(session, presence).await,
        kind @ ("" | "available" | "unavailable") => {
            let name = presence.text("name");
            if !name.is_empty() {
                rename(session, &name).await;
            }
            let before = is_there(&session.cell).await;
            session.cell.set_available(session.device, kind != "unavailable");
            if before != is_there(&session.cell).await {
                announce_presence(&session.server.directory, &session.cell).await;
            }
        }
        // Nothing is kept that an `unsubscribe` would free.
        _ => {}
    }
}

async fn subscribe(session: &LinkedSession, presence: &Node) {
    let Some(jid) = presence.jid("to") else {
        return;
    };
    let Some(cell) = session.server.directory.account_of(&jid) else {
        return;
    };
    cell.subscribers.add((session.cell.phone.clone(), session.device, jid.is_lid()));
    let there = is_there(&cell).await;
    session.outbox.send(stanza(&cell, jid.is_lid(), there));
}

/// Devices send the name that they know with their presence.
async fn rename(session: &LinkedSession, name: &str) {
    let mut account = session.cell.lock().await;
    if account.name != name {
        name.clone_into(&mut account.name);
        session.cell.mark_changed();
    }
}

async fn is_there(cell: &AccountCell) -> bool {
    cell.live().iter().any(|(_, socket)| socket.available) || cell.lock().await.online
}

fn stanza(cell: &AccountCell, by_lid: bool, there: bool) -> Node {
    let presence = NodeBuilder::new("presence").attr("from", cell.jid(by_lid, 0));
    if there { presence.build() } else { presence.attr("type", "unavailable").build() }
}

/// Tells those who want to know whether an account is there.
pub async fn announce_presence(directory: &Directory, cell: &AccountCell) {
    let there = is_there(cell).await;
    for (phone, device, by_lid) in cell.subscribers.all() {
        if let Some(subscriber) = directory.account(&phone) {
            subscriber.send_live(device, stanza(cell, by_lid, there));
        }
    }
}

/// A device or phone says that its user is writing to somebody, or has stopped.
pub async fn chatstate(server: &Server, sender: Sender<'_>, chatstate: &Node) {
    let Some(to) = chatstate.jid("to") else {
        return;
    };
    if to.is_group() {
        return groups::chatstate(server, sender, &to, chatstate).await;
    }
    let Some(cell) = server.directory.account_of(&to) else {
        return;
    };
    let stanza = NodeBuilder::new("chatstate")
        .attr("from", sender.cell.jid(to.is_lid(), 0))
        .children(chatstate.nodes().to_vec())
        .build();
    cell.show(stanza).await;
}
