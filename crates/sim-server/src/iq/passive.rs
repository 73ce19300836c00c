//! `passive` and `active`: whether a device wants what happens, and what waited for it.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::IqError;
use crate::session::LinkedSession;

/// Waiting stanzas that are read at a time.
const SENT_AT_ONCE: usize = 256;

/// The device wants what happens from now on; first it gets what has waited: a preview with
/// counts, the stanzas marked as late, and their number as the end.
pub(super) async fn active(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    session.reply(iq, Vec::new());
    session.cell.primary.clone().companion_ready(session.device).await?;
    session.outbox.send_patiently(ib(preview(session).await?)).await;
    let mut sent = 0;
    loop {
        let waiting = next_waiting(session).await?;
        if waiting.is_empty() {
            break;
        }
        sent += waiting.len();
        for mut stanza in waiting {
            stanza.attrs.insert("offline", "0");
            session.outbox.send_patiently(stanza).await;
        }
    }
    let end = NodeBuilder::new("offline").attr("count", sent.to_string()).build();
    session.outbox.send_patiently(ib(end)).await;
    Ok(())
}

/// A part of what waits and was not sent yet. Once nothing does, the device is active: under
/// the same lock, so that order is kept and nothing is sent twice.
async fn next_waiting(session: &LinkedSession) -> Result<Vec<Node>, IqError> {
    let mut account = session.cell.lock().await;
    let device = account.devices.get_mut(&session.device).ok_or(IqError::ITEM_NOT_FOUND)?;
    let waiting = device.send_on(session.outbox.id(), SENT_AT_ONCE);
    if waiting.is_empty() {
        session.cell.set_active(session.device, true);
    }
    Ok(waiting)
}

/// How much waits, by kind.
async fn preview(session: &LinkedSession) -> Result<Node, IqError> {
    let account = session.cell.lock().await;
    let device = account.devices.get(&session.device).ok_or(IqError::ITEM_NOT_FOUND)?;
    let tags: Vec<&str> = device.unsent(session.outbox.id()).collect();
    let count = |tag: &str| tags.iter().filter(|other| **other == tag).count().to_string();
    Ok(NodeBuilder::new("offline_preview")
        .attr("count", tags.len().to_string())
        .attr("message", count("message"))
        .attr("receipt", count("receipt"))
        .attr("notification", count("notification"))
        .attr("appdata", "0")
        .build())
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
