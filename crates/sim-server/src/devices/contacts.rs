//! Word of a changed device list, for those whom an account writes with.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::directory::Directory;
use crate::error::Error;
use crate::keys::random_bytes;

/// What became of a linked device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DeviceChange {
    /// It was linked.
    Added,
    /// It is not linked any more.
    Removed,
}

/// Tells the devices of everybody whom the account's phone has a chat with. No account
/// may be locked.
///
/// # Errors
/// When the phone cannot sign its list of devices.
pub async fn tell_contacts(
    directory: &Directory,
    cell: &AccountCell,
    device: u16,
    change: DeviceChange,
) -> Result<(), Error> {
    let chats = cell.primary.chats();
    let contacts = chats.iter().filter_map(|chat| directory.account_by_chat_id(chat));
    let contacts: Vec<_> = contacts.filter(|other| other.phone != cell.phone).collect();
    if contacts.is_empty() {
        return Ok(());
    }
    let stanza = notification(cell, device, change).await?;
    for contact in contacts {
        let mut account = contact.lock().await;
        contact.deliver_to_companions(&mut account, 0, &stanza);
    }
    Ok(())
}

async fn notification(
    cell: &AccountCell,
    device: u16,
    change: DeviceChange,
) -> Result<Node, Error> {
    let account = cell.lock().await;
    let now = unix_seconds().to_string();
    let mut element = NodeBuilder::new("device").attr("jid", cell.jid(false, device));
    let mut indexes = NodeBuilder::new("key-index-list").attr("ts", now.as_str());
    if change == DeviceChange::Added {
        if let Some(added) = account.devices.get(&device) {
            element = element.attr("key-index", added.key_index.to_string());
        }
        indexes = indexes.bytes(cell.primary.key_index_list().await?);
    }
    let tag = if change == DeviceChange::Added { "add" } else { "remove" };
    let operation = NodeBuilder::new(tag)
        .attr("device_hash", account.device_hash())
        .children([element.build(), indexes.build()])
        .build();
    let id = u64::from_be_bytes(random_bytes());
    Ok(NodeBuilder::new("notification")
        .attr("from", cell.jid(false, 0))
        .attr("lid", Jid::lid(cell.lid.as_str()))
        .attr("type", "devices")
        .attr("id", id.to_string())
        .attr("t", now)
        .children([operation])
        .build())
}
