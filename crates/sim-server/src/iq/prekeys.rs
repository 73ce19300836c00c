//! Signal keys: upload, count, digest and fetch (namespace `encrypt`).

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::IqError;
use crate::account::{Account, DeviceKeys, PreKey};
use crate::devices::hand_out_keys;
use crate::directory::Directory;
use crate::key_nodes;
use crate::node::{NodeExt as _, leaf};
use crate::session::LinkedSession;

/// Bytes of a public key.
const KEY_LEN: usize = 32;

/// Stores one-time keys and, where it comes along, the signed key.
pub(super) async fn upload(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let list = iq.get_optional_child("list").ok_or(IqError::BAD_REQUEST)?;
    let prekeys: Vec<PreKey> = list.nodes().iter().map(key_nodes::prekey).collect();
    if prekeys.iter().any(|prekey| prekey.value.len() != KEY_LEN) {
        return Err(IqError::BAD_REQUEST);
    }
    let mut account = session.cell.lock().await;
    let keys = own_keys(&mut account, session)?;
    if let Some(node) = iq.get_optional_child("skey") {
        keys.signed_prekey = key_nodes::signed_prekey(node);
    }
    if !keys.add_prekeys(prekeys) {
        return Err(IqError::NOT_ACCEPTABLE);
    }
    session.cell.mark_changed();
    session.reply(iq, Vec::new());
    drop(account);
    // The phone has waited for these keys to share its own.
    Ok(session.cell.primary.clone().companion_ready(session.device).await?)
}

/// Replaces the signed key.
pub(super) async fn rotate(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let node = iq.get_optional_child_by_tag(&["rotate", "skey"]);
    let node = node.ok_or(IqError::BAD_REQUEST)?;
    let mut account = session.cell.lock().await;
    own_keys(&mut account, session)?.signed_prekey = key_nodes::signed_prekey(node);
    session.cell.mark_changed();
    session.reply(iq, Vec::new());
    Ok(())
}

/// How many one-time keys are left.
pub(super) async fn count(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let mut account = session.cell.lock().await;
    let left = own_keys(&mut account, session)?.prekeys.len();
    let count = NodeBuilder::new("count").attr("value", left.to_string());
    session.reply(iq, vec![count.build()]);
    Ok(())
}

/// What the server holds, for the device to compare.
pub(super) async fn digest(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let mut account = session.cell.lock().await;
    let keys = own_keys(&mut account, session)?;
    if keys.prekeys.is_empty() {
        return Err(IqError::ITEM_NOT_FOUND);
    }
    let values: Vec<&[u8]> = keys.prekeys.iter().map(|key| &key.value[..]).collect();
    let signed = &keys.signed_prekey;
    let hash = wacore::prekeys::compute_key_bundle_digest(
        &keys.identity,
        &signed.value,
        &signed.signature,
        &values,
    );
    let ids = keys.prekeys.iter().map(|key| leaf("id", key.id.clone()));
    let mut children = key_nodes::identity(keys).to_vec();
    children.push(key_nodes::signed_prekey_node(signed));
    children.push(NodeBuilder::new("list").children(ids).build());
    children.push(leaf("hash", hash));
    let digest = NodeBuilder::new("digest").children(children).build();
    session.reply(iq, vec![digest]);
    Ok(())
}

/// Gives the keys of other devices, using up one one-time key of each.
pub(super) async fn fetch(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let wanted = iq.get_optional_child("key").ok_or(IqError::BAD_REQUEST)?;
    let mut users = Vec::new();
    for user in wanted.nodes() {
        let Some(jid) = user.jid("jid") else {
            return Err(IqError::BAD_REQUEST);
        };
        let keys = bundle(&session.server.directory, &jid).await;
        let keys = keys.unwrap_or_else(|| vec![not_found()]);
        users.push(NodeBuilder::new("user").attr("jid", jid).children(keys).build());
    }
    let list = NodeBuilder::new("list").children(users).build();
    session.reply(iq, vec![list]);
    Ok(())
}

/// The keys with which a session with `jid` begins.
async fn bundle(directory: &Directory, jid: &Jid) -> Option<Vec<Node>> {
    let cell = directory.account_of(jid);
    let cell = cell.filter(|cell| !cell.faults.is_gone() && !cell.faults.is_keyless())?;
    let (offered, statement) = hand_out_keys(&cell, jid.device).await?;
    let mut nodes = vec![key_nodes::registration(&offered)];
    nodes.extend(key_nodes::keys(&offered));
    if !statement.is_empty() {
        nodes.push(leaf("device-identity", statement));
    }
    Some(nodes)
}

fn own_keys<'a>(
    account: &'a mut Account,
    session: &LinkedSession,
) -> Result<&'a mut DeviceKeys, IqError> {
    let device = account.devices.get_mut(&session.device);
    Ok(&mut device.ok_or(IqError::ITEM_NOT_FOUND)?.keys)
}

fn not_found() -> Node {
    NodeBuilder::new("error").attr("code", "404").attr("text", "item-not-found").build()
}
