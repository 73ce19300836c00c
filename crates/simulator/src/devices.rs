//! What the server does to an account's devices, and tells the others about.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, NodeValue, SERVER_JID};

use crate::account::{Account, AccountCell};
use crate::clock::unix_seconds;
use crate::error::Error;
use crate::keys::random_bytes;
use crate::peer;
use crate::simulator::Simulator;

/// The code with which a live device learns that it is not linked any more.
const UNAUTHORIZED: &str = "401";

/// How many one-time keys are left when a device is told.
const FEW_PREKEYS: usize = 5;

impl Simulator {
    /// Takes a device off its account; if it is connected it is told and cut off.
    pub(crate) async fn remove_device(
        &self,
        cell: &AccountCell,
        account: &mut Account,
        device: u16,
    ) -> Result<(), Error> {
        if !account.remove_device(device) {
            return Ok(());
        }
        self.save(account).await?;
        if let Some(socket) = cell.socket(device) {
            socket.outbox.stream_error(Some(UNAUTHORIZED), Some("device_removed"));
        }
        tracing::info!(device, "unlinked a device");
        self.announce_devices(cell, account, device)
    }

    /// Tells a device that its one-time keys run out, so that it uploads more.
    pub(crate) fn announce_few_prekeys(
        &self,
        cell: &AccountCell,
        account: &mut Account,
        device: u16,
    ) {
        let left = account.devices.get(&device).map(|device| device.keys.prekeys.len());
        if left != Some(FEW_PREKEYS) {
            return;
        }
        let count = NodeBuilder::new("count").attr("value", FEW_PREKEYS.to_string()).build();
        let stanza = notification("encrypt", SERVER_JID).children([count]).build();
        cell.deliver(account, device, stanza);
    }

    /// A device could not read what the phone sent it: the phone begins a new session.
    pub(crate) async fn share_again(
        &self,
        cell: &AccountCell,
        account: &mut Account,
        device: u16,
    ) -> Result<(), Error> {
        account.forget_session(device);
        self.share_app_state_key(cell, account, device).await
    }

    /// Has the phone share its app-state key with a device that is ready for it.
    pub(crate) async fn share_app_state_key(
        &self,
        cell: &AccountCell,
        account: &mut Account,
        device: u16,
    ) -> Result<(), Error> {
        match account.key_share_for(device) {
            Some(key) => peer::tell(cell, account, device, &key).await,
            None => Ok(()),
        }
    }

    /// Tells the account's other devices that a collection has a new version.
    pub(crate) fn announce_app_state(
        &self,
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
        let stanza = notification("server_sync", SERVER_JID)
            .children(collections.collect::<Vec<_>>())
            .build();
        deliver_to_others(cell, account, by, &stanza);
    }

    /// Tells the account's other devices which devices there are now.
    pub(crate) fn announce_devices(
        &self,
        cell: &AccountCell,
        account: &mut Account,
        by: u16,
    ) -> Result<(), Error> {
        let devices = account.devices.values().map(|device| {
            NodeBuilder::new("device")
                .attr("jid", account.device_jid(device.id))
                .attr("key-index", device.key_index.to_string())
                .build()
        });
        let primary = NodeBuilder::new("device").attr("jid", account.jid()).build();
        let indexes = NodeBuilder::new("key-index-list")
            .attr("ts", unix_seconds().to_string())
            .bytes(account.identity.key_index_list()?)
            .build();
        let mut children = vec![primary];
        children.extend(devices);
        children.push(indexes);
        let devices = NodeBuilder::new("devices")
            .attr("dhash", account.device_hash())
            .children(children)
            .build();
        let stanza = notification("account_sync", account.jid()).children([devices]).build();
        deliver_to_others(cell, account, by, &stanza);
        Ok(())
    }
}

fn deliver_to_others(cell: &AccountCell, account: &mut Account, by: u16, stanza: &Node) {
    let others: Vec<u16> = account.devices.keys().copied().filter(|id| *id != by).collect();
    for device in others {
        cell.deliver(account, device, stanza.clone());
    }
}

fn notification(kind: &'static str, from: impl Into<NodeValue>) -> NodeBuilder {
    let id = u64::from_be_bytes(random_bytes());
    NodeBuilder::new("notification")
        .attr("from", from)
        .attr("type", kind)
        .attr("id", id.to_string())
        .attr("t", unix_seconds().to_string())
}
