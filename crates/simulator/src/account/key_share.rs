//! The phone shares the key of its app state with a device it has linked, as an encrypted
//! peer message. Without it a client cannot read the account's settings and waits.

use buffa::MessageField;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::{
    AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyId, AppStateSyncKeyShare, ProtocolMessage,
};

use super::{Account, Device};
use crate::clock::unix_millis;

impl Account {
    /// The key for `device`, if it has uploaded its prekeys and has not got it yet; from now
    /// on it counts as having it.
    pub(crate) fn key_share_for(&mut self, device: u16) -> Option<wa::Message> {
        let target = self.devices.get_mut(&device).filter(|device| is_due(device))?;
        target.has_app_state_key = true;
        Some(self.key_share_message())
    }

    fn key_share_message(&self) -> wa::Message {
        let key = self.app_state.key();
        let share = AppStateSyncKeyShare {
            keys: vec![AppStateSyncKey {
                key_id: MessageField::some(AppStateSyncKeyId { key_id: Some(key.id.clone()) }),
                key_data: MessageField::some(AppStateSyncKeyData {
                    key_data: Some(key.data.clone()),
                    fingerprint: MessageField::some(self.identity.fingerprint()),
                    timestamp: Some(unix_millis()),
                }),
            }],
        };
        wa::Message {
            protocol_message: MessageField::some(ProtocolMessage {
                r#type: Some(Type::APP_STATE_SYNC_KEY_SHARE),
                app_state_sync_key_share: MessageField::some(share),
                ..Default::default()
            }),
            ..Default::default()
        }
    }
}

fn is_due(device: &Device) -> bool {
    !device.has_app_state_key && !device.keys.prekeys.is_empty()
}
