//! Who is there, and who is writing.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{JidExt as _, Node};

use super::{Acts, Sender};
use crate::account::AccountCell;
use crate::connection::LinkedSession;
use crate::groups;
use crate::node::NodeExt as _;
use crate::simulator::Simulator;

/// Devices that are told of one account's presence; more are not noted.
const SUBSCRIBERS_LIMIT: usize = 4096;

/// The devices that want to know whether an account is there: phone number, device, and
/// whether they asked by LID.
#[derive(Default)]
pub(crate) struct Subscribers(Mutex<BTreeSet<(String, u16, bool)>>);

impl Subscribers {
    fn add(&self, subscriber: (String, u16, bool)) {
        let mut subscribers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if subscribers.len() < SUBSCRIBERS_LIMIT {
            subscribers.insert(subscriber);
        }
    }

    fn all(&self) -> Vec<(String, u16, bool)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

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
                session.sim.announce_presence(&session.cell).await;
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
    let Some(cell) = session.sim.account_of(&jid) else {
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

impl Simulator {
    /// Tells those who want to know whether an account is there.
    pub(crate) async fn announce_presence(&self, cell: &AccountCell) {
        let there = is_there(cell).await;
        for (phone, device, by_lid) in cell.subscribers.all() {
            if let Some(subscriber) = self.account(&phone) {
                subscriber.send_live(device, stanza(cell, by_lid, there));
            }
        }
    }
}

/// A device or phone says that its user is writing to somebody, or has stopped.
pub(crate) async fn chatstate(sim: &Simulator, sender: Sender<'_>, chatstate: &Node) {
    let Some(to) = chatstate.jid("to") else {
        return;
    };
    if to.is_group() {
        return groups::chatstate(sim, sender, &to, chatstate).await;
    }
    let Some(cell) = sim.account_of(&to) else {
        return;
    };
    let stanza = NodeBuilder::new("chatstate")
        .attr("from", sender.cell.jid(to.is_lid(), 0))
        .children(chatstate.nodes().to_vec())
        .build();
    show(sim, &cell, stanza).await;
}

/// Shows a chat state on the devices and the phone of an account that are there now.
pub(crate) async fn show(sim: &Simulator, cell: &Arc<AccountCell>, stanza: Node) {
    for (device, _) in cell.live() {
        cell.send_live(device, stanza.clone());
    }
    let mut account = cell.lock().await;
    if account.online {
        // A chat state is answered by nothing.
        let mut acts = Acts::default();
        sim.hand_over(cell, &mut account, 0, stanza, &mut acts).await;
    }
}
