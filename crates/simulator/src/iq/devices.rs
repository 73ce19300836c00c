//! A device takes itself, or another of the same account, off the account.

use wacore_binary::Node;

use super::IqError;
use crate::connection::LinkedSession;
use crate::node::NodeExt as _;
use crate::routing::DeviceChange;

/// `remove-companion-device`: the device named in it logs out.
pub(super) async fn remove(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let request = iq.get_optional_child("remove-companion-device");
    let named = request.and_then(|node| node.jid("jid"));
    let device = named.map_or(session.device, |jid| jid.device);
    if device == 0 {
        return Err(IqError::BAD_REQUEST);
    }
    let mut account = session.cell.lock().await;
    if !account.devices.contains_key(&device) {
        return Err(IqError::ITEM_NOT_FOUND);
    }
    session.reply(iq, Vec::new());
    session.sim.remove_device(&session.cell, &mut account, device).await?;
    drop(account);
    session.sim.tell_contacts(&session.cell, device, DeviceChange::Removed).await?;
    Ok(())
}
