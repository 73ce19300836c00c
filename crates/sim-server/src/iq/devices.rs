//! A device takes itself, or another of the same account, off the account.

use wacore_binary::Node;

use super::IqError;
use crate::devices::{self, DeviceChange};
use crate::node::NodeExt as _;
use crate::session::LinkedSession;

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
    devices::remove(&session.cell, &mut account, device).await?;
    drop(account);
    let (directory, change) = (&session.server.directory, DeviceChange::Removed);
    devices::tell_contacts(directory, &session.cell, device, change).await?;
    Ok(())
}
