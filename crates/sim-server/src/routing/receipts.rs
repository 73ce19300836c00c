//! Receipts: what became of a message on the devices that got it.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, JidExt as _, Node};

use super::Sender;
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::directory::Directory;
use crate::node::NodeExt as _;
use crate::session::LinkedSession;

/// A linked device sends a receipt: it is acknowledged, and what it names does not wait for
/// the device any more.
pub(crate) async fn receipt(session: &LinkedSession, receipt: &Node) {
    acknowledge(session, receipt).await;
    session.outbox.send(ack(receipt));
    if receipt.text("type") == "server-error" {
        let asked = session.cell.primary.clone().take_from_companion(session.device, receipt).await;
        if let Err(error) = asked {
            tracing::error!(%error, "a phone cannot upload a file again");
        }
        return;
    }
    let sender = Sender { cell: &session.cell, device: session.device };
    receipt_from(&session.server.directory, sender, receipt).await;
}

/// All messages that a receipt names.
pub fn named(receipt: &Node) -> Vec<String> {
    let mut ids = vec![receipt.text("id").into_owned()];
    if let Some(list) = receipt.get_optional_child("list") {
        ids.extend(list.nodes().iter().map(|item| item.text("id").into_owned()));
    }
    ids
}

async fn acknowledge(session: &LinkedSession, receipt: &Node) {
    let mut account = session.cell.lock().await;
    let Some(device) = account.devices.get_mut(&session.device) else {
        return;
    };
    // A call is acknowledged by a receipt too; the others name messages.
    let tag = match receipt.nodes().first().map(|child| child.tag.as_ref()) {
        Some("offer" | "accept" | "reject" | "terminate") => "call",
        _ => "message",
    };
    let mut changed = false;
    for id in named(receipt) {
        changed |= device.acknowledge(tag, &id);
    }
    if changed {
        session.cell.mark_changed();
    }
}

fn ack(receipt: &Node) -> Node {
    let mut ack = NodeBuilder::new("ack")
        .attr("class", "receipt")
        .attr("id", receipt.text("id").as_ref())
        .attr("from", receipt.text("to").as_ref());
    for key in ["type", "participant"] {
        if let Some(value) = receipt.attrs.get(key) {
            ack = ack.attr(key, value.clone());
        }
    }
    ack.build()
}

/// Passes a receipt on to whom it is for. No account may be locked.
pub async fn receipt_from(directory: &Directory, sender: Sender<'_>, receipt: &Node) {
    let Some(to) = receipt.jid("to") else {
        return;
    };
    let in_group = to.is_group() || to.is_status_broadcast();
    let kind = receipt.text("type");
    let addressee = match in_group {
        true => receipt.jid("participant"),
        false => Some(to.clone()),
    };
    let Some(addressee) = addressee else {
        return;
    };
    let Some(cell) = directory.account_of(&addressee) else {
        return;
    };
    let own = cell.phone == sender.cell.phone;
    match kind.as_ref() {
        // What peers exchange concerns nobody else, and is answered where it is read.
        "peer_msg" | "hist_sync" => {}
        "retry" | "enc_rekey_retry" => {
            let stanza = passed_on(sender, receipt, &to, &addressee, in_group);
            give(&cell, &[addressee.device], stanza).await;
        }
        _ if own && !in_group => {
            let stanza = passed_on(sender, receipt, &to, &addressee, in_group);
            give(&cell, &[addressee.device], stanza).await;
        }
        _ => {
            let stanza = passed_on(sender, receipt, &to, &addressee, in_group);
            let devices = devices(&cell).await;
            give(&cell, &devices, stanza).await;
        }
    }
    if matches!(kind.as_ref(), "read" | "played" | "read-self" | "played-self") && !own {
        tell_own_devices(sender, receipt, &to).await;
    }
}

/// The sender's own other devices and its phone see what was read.
async fn tell_own_devices(sender: Sender<'_>, receipt: &Node, to: &Jid) {
    let mut stanza = base(sender, receipt, to.is_lid());
    stanza.attrs.insert("recipient", to.to_non_ad());
    let mut others = devices(sender.cell).await;
    others.retain(|device| *device != sender.device);
    give(sender.cell, &others, stanza).await;
}

async fn devices(cell: &AccountCell) -> Vec<u16> {
    cell.lock().await.all_devices().collect()
}

async fn give(cell: &AccountCell, devices: &[u16], stanza: Node) {
    cell.hand_over(devices.iter().map(|device| (*device, stanza.clone()))).await;
}

/// The receipt as the one who gets it sees it.
fn passed_on(
    sender: Sender<'_>,
    receipt: &Node,
    to: &Jid,
    addressee: &Jid,
    in_group: bool,
) -> Node {
    let mut stanza = base(sender, receipt, addressee.is_lid());
    if in_group {
        let by_lid = addressee.is_lid() || sender.cell.hides_number;
        stanza.attrs.insert("from", to.clone());
        stanza.attrs.insert("participant", sender.cell.jid(by_lid, sender.device));
        if by_lid && let Some(number) = sender.cell.other_jid(true) {
            stanza.attrs.insert("participant_pn", number);
        }
    }
    stanza
}

fn base(sender: Sender<'_>, receipt: &Node, by_lid: bool) -> Node {
    let mut stanza = NodeBuilder::new("receipt")
        .attr("from", sender.cell.jid(by_lid, sender.device))
        .attr("id", receipt.text("id").as_ref())
        .attr("t", unix_seconds().to_string());
    for key in ["type", "recipient", "category", "context"] {
        if let Some(value) = receipt.attrs.get(key) {
            stanza = stanza.attr(key, value.clone());
        }
    }
    if receipt.nodes().is_empty() {
        return stanza.build();
    }
    stanza.children(receipt.nodes().to_vec()).build()
}
