//! `passive` and `active`: whether a device wants what happens, and what waited for it.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::IqError;
use crate::connection::LinkedSession;

/// The device wants what happens from now on; first it gets what has waited.
pub(super) async fn active(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    session.reply(iq, Vec::new());
    let waiting = {
        let mut account = session.cell.lock().await;
        if account.share_app_state_key(session.device).await?.is_some() {
            session.sim.save(&account).await?;
        }
        let device = account.devices.get(&session.device);
        let device = device.ok_or(IqError::ITEM_NOT_FOUND)?;
        let waiting = device.queue().filter_map(|entry| entry.stanza()).collect();
        // Under the lock, so that nothing is both in this list and sent live.
        session.cell.set_active(session.device, true);
        waiting
    };
    hand_over(session, waiting).await;
    Ok(())
}

/// The device wants nothing for now.
pub(super) fn passive(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    session.cell.set_active(session.device, false);
    session.reply(iq, Vec::new());
    Ok(())
}

/// A preview with counts, the stanzas marked as late, and their number as the end.
async fn hand_over(session: &LinkedSession, waiting: Vec<Node>) {
    let total = waiting.len();
    let count = |tag: &str| waiting.iter().filter(|node| node.tag == tag).count();
    let preview = NodeBuilder::new("offline_preview")
        .attr("count", total.to_string())
        .attr("message", count("message").to_string())
        .attr("receipt", count("receipt").to_string())
        .attr("notification", count("notification").to_string())
        .attr("appdata", "0")
        .build();
    session.outbox.send_patiently(ib(preview)).await;
    for mut stanza in waiting {
        stanza.attrs.insert("offline", "0");
        session.outbox.send_patiently(stanza).await;
    }
    let end = NodeBuilder::new("offline").attr("count", total.to_string()).build();
    session.outbox.send_patiently(ib(end)).await;
}

fn ib(child: Node) -> Node {
    NodeBuilder::new("ib").children([child]).build()
}
