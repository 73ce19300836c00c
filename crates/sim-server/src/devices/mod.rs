//! What the server does to an account's devices, and tells the others about.
//!
//! This file is about the account's own devices, `contacts` about those of others.

mod contacts;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{NodeValue, SERVER_JID};

pub use contacts::{DeviceChange, tell_contacts};

use crate::account::{Account, AccountCell, DeviceKeys};
use crate::clock::unix_seconds;
use crate::error::Error;
use crate::keys::random_bytes;

/// The code with which a live device learns that it is not linked any more.
const UNAUTHORIZED: &str = "401";

/// How many one-time keys are left when a device is told.
const FEW_PREKEYS: usize = 5;

/// Takes a device off its account; if it is connected it is told and cut off.
///
/// # Errors
/// When the account cannot be stored.
pub async fn remove(cell: &AccountCell, account: &mut Account, device: u16) -> Result<(), Error> {
    let Some(removed) = account.devices.remove(&device) else {
        return Ok(());
    };
    cell.primary.companion_removed(device, removed.key_index).await;
    cell.save(account).await?;
    if let Some(socket) = cell.socket(device) {
        socket.outbox.stream_error(Some(UNAUTHORIZED), Some("device_removed"));
    }
    tracing::info!(device, "unlinked a device");
    announce(cell, account, device).await
}

/// The keys with which a session with one of an account's devices begins, using up a one-time
/// key, and the account's statement about the device; the phone needs none. `None` when there is
/// no such device. The account must not be locked.
pub async fn hand_out_keys(cell: &AccountCell, device: u16) -> Option<(DeviceKeys, Vec<u8>)> {
    if device == 0 {
        let keys = cell.primary.offer_keys().await;
        cell.mark_changed();
        return Some((keys, Vec::new()));
    }
    let mut account = cell.lock().await;
    let target = account.devices.get_mut(&device)?;
    let mut offered = target.keys.clone();
    offered.prekeys = target.keys.prekeys.pop_front().into_iter().collect();
    let (statement, left) = (target.signed_identity.clone(), target.keys.prekeys.len());
    if left == FEW_PREKEYS {
        let count = NodeBuilder::new("count").attr("value", left.to_string()).build();
        let stanza = notification("encrypt", SERVER_JID).children([count]).build();
        cell.deliver(&mut account, device, stanza);
    }
    cell.mark_changed();
    Some((offered, statement))
}

/// Whether a device is linked and has uploaded one-time keys.
pub async fn has_keys(cell: &AccountCell, device: u16) -> bool {
    let account = cell.lock().await;
    account.devices.get(&device).is_some_and(|device| !device.keys.prekeys.is_empty())
}

/// Tells the account's other devices that a collection has a new version.
pub fn announce_app_state(
    cell: &AccountCell,
    account: &mut Account,
    by: u16,
    changed: &[(String, u64)],
) {
    let collections = changed.iter().map(|(name, version)| {
        NodeBuilder::new("collection")
            .attr("name", name.as_str())
            .attr("version", version.to_string())
            .build()
    });
    let stanza =
        notification("server_sync", SERVER_JID).children(collections.collect::<Vec<_>>()).build();
    cell.deliver_to_companions(account, by, &stanza);
}

/// Tells the account's other devices which devices there are now.
///
/// # Errors
/// When the phone cannot sign the list.
pub async fn announce(cell: &AccountCell, account: &mut Account, by: u16) -> Result<(), Error> {
    let devices = account.devices.values().map(|device| {
        NodeBuilder::new("device")
            .attr("jid", account.device_jid(device.id))
            .attr("key-index", device.key_index.to_string())
            .build()
    });
    let primary = NodeBuilder::new("device").attr("jid", account.jid()).build();
    let indexes = NodeBuilder::new("key-index-list")
        .attr("ts", unix_seconds().to_string())
        .bytes(cell.primary.key_index_list().await?)
        .build();
    let mut children = vec![primary];
    children.extend(devices);
    children.push(indexes);
    let devices =
        NodeBuilder::new("devices").attr("dhash", account.device_hash()).children(children).build();
    let stanza = notification("account_sync", account.jid()).children([devices]).build();
    cell.deliver_to_companions(account, by, &stanza);
    Ok(())
}

fn notification(kind: &'static str, from: impl Into<NodeValue>) -> NodeBuilder {
    let id = u64::from_be_bytes(random_bytes());
    NodeBuilder::new("notification")
        .attr("from", from)
        .attr("type", kind)
        .attr("id", id.to_string())
        .attr("t", unix_seconds().to_string())
}
