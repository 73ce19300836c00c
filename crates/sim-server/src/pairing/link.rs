//! The end of every pairing: the account vouches for the device, the device countersigns,
//! and the server has it log in anew.

use std::sync::Arc;

use buffa::Message as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, SERVER_JID};
use waproto::whatsapp as wa;

use super::passkey;
use super::statement::is_countersigned;
use super::{Registration, Registrations};
use crate::account::{Account, AccountCell, Device, MAX_LINKED_DEVICES};
use crate::clock::unix_seconds;
use crate::devices::{self, DeviceChange};
use crate::directory::Directory;
use crate::error::Refusal;
use crate::node::{NodeExt as _, leaf};

/// Tells a client that it must connect again, now as a linked device.
const RESTART_REQUIRED: &str = "515";

/// What a phone says about a device that it takes in.
pub struct Admission {
    /// The device's id, as [`reserve_device`] gave it.
    pub device: u16,
    /// The index under which the phone vouches for it.
    pub key_index: u32,
    /// The encoded `ADVSignedDeviceIdentityHMAC`, which only the device can check.
    pub statement: Vec<u8>,
}

/// Reserves the id that a client gets if it is linked.
///
/// # Errors
/// As [`check_ready`].
pub async fn reserve_device(
    cell: &AccountCell,
    registration: &Registration,
) -> Result<u16, Refusal> {
    let mut account = cell.lock().await;
    check_ready(&account, registration)?;
    Ok(account.take_device_id())
}

/// Links the client that waits at `registration` to the account. Gives the JID of the new
/// device.
///
/// # Errors
/// As [`check_ready`]; also when another phone was quicker, or the account cannot be stored.
pub async fn link(
    registrations: &Registrations,
    cell: &Arc<AccountCell>,
    registration: &Registration,
    admission: Admission,
) -> Result<String, Refusal> {
    let mut account = cell.lock().await;
    check_ready(&account, registration)?;
    if !registrations.remove(registration) {
        return Err(expired());
    }
    let Admission { device: id, key_index, statement } = admission;
    let platform = registration.platform.clone();
    let noise_key = registration.noise_key.to_vec();
    let device = Device::new(id, key_index, platform, noise_key, registration.keys.clone());
    account.devices.insert(id, device);
    // On disk before the client can rely on it.
    cell.save(&account).await?;
    let jid = account.device_jid(id).to_string();
    let success = pair_success(&account, id, statement);
    drop(account);
    let _ = registration.linked.set((cell.clone(), id));
    registration.outbox.send(success);
    tracing::info!(device = id, "linked a device");
    Ok(jid)
}

/// The code is none, or not any more.
pub fn expired() -> Refusal {
    Refusal::conflict(
        "This code has expired or was already used.",
        "Request a new QR and scan it within 20 seconds.",
    )
}

/// Whether the phone can link the device. Where the account is protected by a passkey, the
/// device is asked for it instead.
///
/// # Errors
/// As [`check_phone`]; also when the account demands its passkey.
pub fn check_ready(account: &Account, registration: &Registration) -> Result<(), Refusal> {
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
///
/// # Errors
/// When it is off the network, banned, or has as many as it can.
pub fn check_phone(account: &Account) -> Result<(), Refusal> {
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
pub(crate) async fn confirm(directory: &Directory, registration: &Registration, answer: &Node) {
    let signed = answer
        .get_optional_child_by_tag(&["pair-device-sign", "device-identity"])
        .map(|node| node.content().to_vec())
        .unwrap_or_default();
    let Some((cell, id)) = registration.linked.get() else {
        return;
    };
    if !is_countersigned(&cell.primary.identity(), &registration.keys.identity, &signed) {
        tracing::warn!("a device answered pair-success with a wrong signature");
        return abandon(registration).await;
    }
    let mut account = cell.lock().await;
    let Some(device) = account.devices.get_mut(id) else {
        return registration.outbox.close();
    };
    device.signed_identity = signed;
    if let Err(error) = cell.save(&account).await {
        tracing::error!(%error, "cannot store a linked device");
    }
    if let Err(error) = devices::announce(cell, &mut account, *id).await {
        tracing::error!(%error, "cannot announce a linked device");
    }
    drop(account);
    let told = devices::tell_contacts(directory, cell, *id, DeviceChange::Added).await;
    if let Err(error) = told {
        tracing::error!(%error, "cannot tell others of a linked device");
    }
    registration.outbox.stream_error(Some(RESTART_REQUIRED), None);
}

/// The client has gone. If it had not countersigned by then, the phone gives the link up:
/// the device is forgotten.
pub(crate) async fn forget_unconfirmed(registration: &Registration) {
    let Some((cell, id)) = registration.linked.get() else {
        return;
    };
    let unconfirmed = {
        let account = cell.lock().await;
        account.devices.get(id).is_some_and(|device| device.signed_identity.is_empty())
    };
    if unconfirmed {
        abandon(registration).await;
    }
}

/// The client has refused `pair-success`: the device is forgotten.
pub(crate) async fn abandon(registration: &Registration) {
    if let Some((cell, id)) = registration.linked.get() {
        let mut account = cell.lock().await;
        if let Some(removed) = account.devices.remove(id) {
            cell.primary.companion_removed(*id, removed.key_index).await;
        }
        if let Err(error) = cell.save(&account).await {
            tracing::error!(%error, "cannot store an abandoned link");
        }
    }
    registration.outbox.close();
}
