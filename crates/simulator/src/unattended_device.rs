//! A linked device that nobody runs: a device list that changes under its reader.

use std::collections::VecDeque;

use siskin_sim_phone::Client;
use siskin_sim_server::account::{Device, DeviceKeys, MAX_LINKED_DEVICES, PreKey, SignedPreKey};
use siskin_sim_server::devices::{self, DeviceChange};
use siskin_sim_server::error::{Error, Refusal};
use siskin_sim_server::keys::{new_key_pair, public_bytes, random_bytes, sign};
use wacore_libsignal::protocol::{CurveError, KeyPair};

/// What the phone's menu shows as its platform.
const PLATFORM: &str = "GHOST";
/// One-time keys; when they are used up, the signed key is used again and again.
const PREKEYS: u32 = 100;

/// Links such a device to the account.
pub(crate) async fn link(client: &Client) -> Result<(), Refusal> {
    let device = add(client).await?;
    let directory = &client.server.directory;
    Ok(devices::tell_contacts(directory, &client.account, device, DeviceChange::Added).await?)
}

/// Unlinks all such devices.
pub(crate) async fn unlink_all(client: &Client) -> Result<(), Refusal> {
    let cell = &client.account;
    let mut account = cell.lock().await;
    let unattended = account.devices.values().filter(|device| device.platform == PLATFORM);
    let unattended: Vec<u16> = unattended.map(|device| device.id).collect();
    for device in &unattended {
        devices::remove(cell, &mut account, *device).await?;
    }
    drop(account);
    for device in unattended {
        let (directory, change) = (&client.server.directory, DeviceChange::Removed);
        devices::tell_contacts(directory, cell, device, change).await?;
    }
    Ok(())
}

async fn add(client: &Client) -> Result<u16, Refusal> {
    let cell = &client.account;
    let mut account = cell.lock().await;
    if account.devices.len() >= MAX_LINKED_DEVICES {
        return Err(Refusal::conflict(
            format!("{} has {MAX_LINKED_DEVICES} linked devices already.", account.phone),
            "Unlink one with POST /sandbox/phones/{phone}/unlink.",
        ));
    }
    let identity = new_key_pair();
    let id = account.take_device_id();
    let admitted = client.phone.admit_unattended(id, &identity).await?;
    let keys = keys(&identity).map_err(Error::from)?;
    let noise_key = random_bytes::<32>().to_vec();
    let mut device = Device::new(id, admitted.key_index, PLATFORM.to_owned(), noise_key, keys);
    device.signed_identity = admitted.statement;
    account.devices.insert(id, device);
    cell.save(&account).await?;
    devices::announce(cell, &mut account, id).await?;
    Ok(id)
}

fn keys(identity: &KeyPair) -> Result<DeviceKeys, CurveError> {
    let signed = new_key_pair();
    let prekey = |id: u32| PreKey {
        id: id.to_be_bytes()[1..].to_vec(),
        value: public_bytes(&new_key_pair()).to_vec(),
    };
    Ok(DeviceKeys {
        registration_id: random_bytes::<4>().to_vec(),
        identity: public_bytes(identity).to_vec(),
        signed_prekey: SignedPreKey {
            id: vec![0, 0, 1],
            value: public_bytes(&signed).to_vec(),
            signature: sign(identity, &[&signed.public_key.serialize()])?,
        },
        prekeys: (1..=PREKEYS).map(prekey).collect::<VecDeque<_>>(),
    })
}
