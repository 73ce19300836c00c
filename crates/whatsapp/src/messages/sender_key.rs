//! The account's key for a group. Messages there are encrypted once, with it; who has not got it
//! cannot read them.

use siskin_model::ChatId;
use wacore::store::traits::ProtocolStore as _;
use wacore_binary::Jid;

use super::readers::is_own;
use crate::account::OwnAccount;
use crate::jid::jid_of;
use crate::keystore::Keys;

/// Whether any device of others has it.
pub(super) async fn is_shared(group: &ChatId, own: &OwnAccount, keys: &Keys) -> bool {
    let devices = keys.store.get_sender_key_devices(&jid_of(group).to_string()).await;
    match devices {
        Ok(devices) => devices.iter().any(|(device, has_key)| {
            *has_key && device.parse().is_ok_and(|device: Jid| !is_own(&device, own))
        }),
        Err(error) => {
            // Nothing speaks against it.
            tracing::warn!(instance = %keys.instance, %error, "keys are not listed");
            true
        }
    }
}

/// Notes that nobody has it: the engine takes whoever was meant to get it for having it
/// (`send/group.rs`), until that device asks for it.
pub(super) async fn forget_shared(group: &ChatId, keys: &Keys) {
    let group = jid_of(group).to_string();
    if let Err(error) = keys.store.clear_sender_key_devices(&group).await {
        tracing::warn!(instance = %keys.instance, %error, "keys are not forgotten");
    }
}
