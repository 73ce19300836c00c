//! `passive` and `active`: whether a device wants what happens, and what waited for it.

use std::collections::HashSet;

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::IqError;
use crate::connection::LinkedSession;
use crate::node::NodeExt as _;

/// The device wants what happens from now on; first it gets what has waited: a preview with
/// counts, the stanzas marked as late, and their number as the end.
pub(super) async fn active(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    session.reply(iq, Vec::new());
    share_key(session).await?;
    let mut sent = HashSet::new();
    let mut waiting = next_waiting(session, &mut sent).await?;
    session.outbox.send_patiently(ib(preview(&waiting))).await;
    while !waiting.is_empty() {
        for mut stanza in waiting {
            stanza.attrs.insert("offline", "0");
            session.outbox.send_patiently(stanza).await;
        }
        waiting = next_waiting(session, &mut sent).await?;
    }
    let end = NodeBuilder::new("offline").attr("count", sent.len().to_string()).build();
    session.outbox.send_patiently(ib(end)).await;
    Ok(())
}

async fn share_key(session: &LinkedSession) -> Result<(), IqError> {
    let mut account = session.cell.lock().await;
    if account.share_app_state_key(session.device).await?.is_some() {
        session.cell.mark_changed();
    }
    session.sim.begin_history(&session.cell, &mut account, session.device);
    Ok(())
}

/// What waits and was not sent yet. Once nothing does, the device is active: under the same
/// lock, so that order is kept and nothing is sent twice.
async fn next_waiting(
    session: &LinkedSession,
    sent: &mut HashSet<String>,
) -> Result<Vec<Node>, IqError> {
    let account = session.cell.lock().await;
    let device = account.devices.get(&session.device).ok_or(IqError::ITEM_NOT_FOUND)?;
    let stanzas = device.queue().filter_map(|entry| entry.stanza());
    let waiting: Vec<Node> =
        stanzas.filter(|stanza| sent.insert(stanza.text("id").into_owned())).collect();
    if waiting.is_empty() {
        session.cell.set_active(session.device, true);
    }
    Ok(waiting)
}

fn preview(waiting: &[Node]) -> Node {
    let count = |tag: &str| waiting.iter().filter(|node| node.tag == tag).count().to_string();
    NodeBuilder::new("offline_preview")
        .attr("count", waiting.len().to_string())
        .attr("message", count("message"))
        .attr("receipt", count("receipt"))
        .attr("notification", count("notification"))
        .attr("appdata", "0")
        .build()
}

/// The device wants nothing for now.
pub(super) fn passive(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    session.cell.set_active(session.device, false);
    session.reply(iq, Vec::new());
    Ok(())
}

fn ib(child: Node) -> Node {
    NodeBuilder::new("ib").children([child]).build()
}
