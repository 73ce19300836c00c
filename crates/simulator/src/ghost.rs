//! A linked device that nobody runs: a device list that changes under its reader.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::account::{AccountCell, Device, DeviceKeys, MAX_LINKED_DEVICES, PreKey, SignedPreKey};
use crate::error::Refusal;
use crate::keys::{new_key_pair, public_bytes, random_bytes, sign};
use crate::routing::DeviceChange;
use crate::simulator::Simulator;

/// What the phone's menu shows as its platform.
const PLATFORM: &str = "GHOST";
/// One-time keys; when they are used up, the signed key is used again and again.
const PREKEYS: u32 = 100;

impl Simulator {
    /// Links a ghost to the account, or unlinks all ghosts.
    pub(crate) async fn haunt(&self, cell: &Arc<AccountCell>, on: bool) -> Result<(), Refusal> {
        if on {
            let device = add(self, cell).await?;
            return Ok(self.tell_contacts(cell, device, DeviceChange::Added).await?);
        }
        let ghosts: Vec<u16> = {
            let mut account = cell.lock().await;
            let ghosts = account.devices.values().filter(|device| device.platform == PLATFORM);
            let ghosts: Vec<u16> = ghosts.map(|device| device.id).collect();
            for device in &ghosts {
                self.remove_device(cell, &mut account, *device).await?;
            }
            ghosts
        };
        for device in ghosts {
            self.tell_contacts(cell, device, DeviceChange::Removed).await?;
        }
        Ok(())
    }
}

async fn add(sim: &Simulator, cell: &Arc<AccountCell>) -> Result<u16, Refusal> {
    let mut account = cell.lock().await;
    if account.devices.len() >= MAX_LINKED_DEVICES {
        return Err(Refusal::conflict(
            format!("{} has {MAX_LINKED_DEVICES} linked devices already.", account.phone),
            "Unlink one with POST /sandbox/phones/{phone}/unlink.",
        ));
    }
    let identity = new_key_pair();
    let (key_index, statement) = account.identity.admit_ghost(&identity)?;
    let signed = new_key_pair();
    let prekey = |id: u32| PreKey {
        id: id.to_be_bytes()[1..].to_vec(),
        value: public_bytes(&new_key_pair()).to_vec(),
    };
    let keys = DeviceKeys {
        registration_id: random_bytes::<4>().to_vec(),
        identity: public_bytes(&identity).to_vec(),
        signed_prekey: SignedPreKey {
            id: vec![0, 0, 1],
            value: public_bytes(&signed).to_vec(),
            signature: sign(&identity, &[&signed.public_key.serialize()])
                .map_err(crate::error::Error::from)?,
        },
        prekeys: (1..=PREKEYS).map(prekey).collect::<VecDeque<_>>(),
    };
    let id = account.take_device_id();
    let noise_key = random_bytes::<32>().to_vec();
    let mut device = Device::new(id, key_index, PLATFORM.to_owned(), noise_key, keys);
    device.signed_identity = statement;
    account.devices.insert(id, device);
    sim.save(&account).await?;
    sim.announce_devices(cell, &mut account, id)?;
    Ok(id)
}
