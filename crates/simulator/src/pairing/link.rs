//! The end of every pairing: the account vouches for the device, the device countersigns,
//! and the server has it log in anew.

use std::sync::Arc;

use buffa::Message as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, SERVER_JID};
use waproto::whatsapp as wa;

use super::Registration;
use super::passkey;
use super::qr::expired;
use crate::account::{Account, AccountCell, Device, MAX_LINKED_DEVICES};
use crate::clock::unix_seconds;
use crate::connection::UnlinkedSession;
use crate::error::Refusal;
use crate::node::{NodeExt as _, leaf};
use crate::routing::DeviceChange;
use crate::simulator::Simulator;

/// Tells a client that it must connect again, now as a linked device.
const RESTART_REQUIRED: &str = "515";

/// Links the client that waits at `registration` to the account, with the secret that
/// phone and device share. Gives the JID of the new device.
pub(super) async fn link(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    registration: &Registration,
    adv_secret: &[u8],
) -> Result<String, Refusal> {
    let mut account = cell.lock().await;
    check_ready(&account, registration)?;
    if !sim.registrations().remove(registration) {
        return Err(expired());
    }
    let keys = registration.keys.clone();
    let (key_index, identity) = account.identity.admit(&keys.identity, adv_secret)?;
    let id = account.take_device_id();
    let platform = registration.platform.clone();
    let noise_key = registration.noise_key.to_vec();
    let mut device = Device::new(id, key_index, platform, noise_key, keys);
    device.history = registration.history.clone();
    account.devices.insert(id, device);
    // On disk before the client can rely on it.
    sim.save(&account).await?;
    let jid = account.device_jid(id).to_string();
    let success = pair_success(&account, id, identity);
    drop(account);
    let _ = registration.linked.set((cell.clone(), id));
    registration.outbox.send(success);
    tracing::info!(device = id, "linked a device");
    Ok(jid)
}

/// Whether the phone can link the device. Where the account is protected by a passkey, the
/// device is asked for it instead.
pub(super) fn check_ready(account: &Account, registration: &Registration) -> Result<(), Refusal> {
    check_phone(account)?;
    if !account.passkey {
        return Ok(());
    }
    registration.outbox.send(passkey::prologue_request());
    Err(Refusal::conflict(
        "This account demands its passkey before it links a device.",
        "The device was asked for it. Switch the demand off with POST /sandbox/faults.",
    ))
}

/// Whether the phone can link a device at all.
pub(crate) fn check_phone(account: &Account) -> Result<(), Refusal> {
    if !account.online {
        return Err(Refusal::conflict(
            format!("The phone {} is offline.", account.phone),
            "Put it on the network with POST /sandbox/phones/{phone}/online {\"online\":true}.",
        ));
    }
    if account.ban.is_some() {
        return Err(Refusal::conflict(
            format!("The account {} is banned.", account.phone),
            "Lift the ban with POST /sandbox/faults {\"phone\":…,\"ban\":null}.",
        ));
    }
    if account.devices.len() >= MAX_LINKED_DEVICES {
        return Err(Refusal::conflict(
            format!("{} has {MAX_LINKED_DEVICES} linked devices already.", account.phone),
            "Unlink one with POST /sandbox/phones/{phone}/unlink, or use another phone.",
        ));
    }
    Ok(())
}

fn pair_success(account: &Account, device: u16, identity: Vec<u8>) -> Node {
    let platform = if account.business { "smba" } else { "android" };
    let mut children = vec![leaf("device-identity", identity)];
    if account.business {
        let name = account.name.as_str();
        children.push(NodeBuilder::new("biz").attr("name", name).build());
    }
    children.push(
        NodeBuilder::new("device")
            .attr("jid", account.device_jid(device))
            .attr("lid", account.device_lid(device))
            .build(),
    );
    children.push(NodeBuilder::new("platform").attr("name", platform).build());
    let props =
        wa::ClientPairingProps { is_chat_db_lid_migrated: Some(true), ..Default::default() };
    children.push(leaf("client-props", props.encode_to_vec()));
    let now = unix_seconds().to_string();
    NodeBuilder::new("iq")
        .attr("from", SERVER_JID)
        .attr("type", "set")
        .attr("id", format!("pair-{now}"))
        .attr("xmlns", "md")
        .attr("t", now)
        .children([NodeBuilder::new("pair-success").children(children).build()])
        .build()
}

/// The client has countersigned: it is linked for good if the signatures are right.
pub(crate) async fn confirm(session: &UnlinkedSession, answer: &Node) {
    let signed = answer
        .get_optional_child_by_tag(&["pair-device-sign", "device-identity"])
        .map(|node| node.content().to_vec())
        .unwrap_or_default();
    let Some((cell, id)) = session.registration.linked.get() else {
        return;
    };
    let mut account = cell.lock().await;
    let device_identity = &session.registration.keys.identity;
    if !account.identity.is_countersigned(device_identity, &signed) {
        drop(account);
        tracing::warn!("a device answered pair-success with a wrong signature");
        return abandon(session).await;
    }
    let Some(device) = account.devices.get_mut(id) else {
        return session.registration.outbox.close();
    };
    device.signed_identity = signed;
    if let Err(error) = session.sim.save(&account).await {
        tracing::error!(%error, "cannot store a linked device");
    }
    if let Err(error) = session.sim.announce_devices(cell, &mut account, *id) {
        tracing::error!(%error, "cannot announce a linked device");
    }
    drop(account);
    if let Err(error) = session.sim.tell_contacts(cell, *id, DeviceChange::Added).await {
        tracing::error!(%error, "cannot tell others of a linked device");
    }
    let outbox = &session.registration.outbox;
    outbox.stream_error(Some(RESTART_REQUIRED), None);
}

/// The client has gone. If it had not countersigned by then, the phone gives the link up:
/// the device is forgotten.
pub(crate) async fn forget_unconfirmed(session: &UnlinkedSession) {
    let Some((cell, id)) = session.registration.linked.get() else {
        return;
    };
    let unconfirmed = {
        let account = cell.lock().await;
        account.devices.get(id).is_some_and(|device| device.signed_identity.is_empty())
    };
    if unconfirmed {
        abandon(session).await;
    }
}

/// The client has refused `pair-success`: the device is forgotten.
pub(crate) async fn abandon(session: &UnlinkedSession) {
    if let Some((cell, id)) = session.registration.linked.get() {
        let mut account = cell.lock().await;
        account.remove_device(*id);
        if let Err(error) = session.sim.save(&account).await {
            tracing::error!(%error, "cannot store an abandoned link");
        }
    }
    session.registration.outbox.close();
}
