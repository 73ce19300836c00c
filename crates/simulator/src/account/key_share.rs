//! The phone shares the key of its app state with a device it has linked, as an encrypted
//! peer message. Without it a client cannot read the account's settings and waits.

use buffa::{Message as _, MessageField};
use wacore::types::jid::JidExt as _;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::{
    AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyId, AppStateSyncKeyShare, ProtocolMessage,
};

use super::signal::session_bundle;
use super::{Account, Device};
use crate::clock::{unix_millis, unix_seconds};
use crate::error::Error;
use crate::keys::random_bytes;

impl Account {
    /// Queues the key for `device` if it has uploaded its prekeys and has not got it yet.
    /// Gives the stanza, which the caller sends if the device is there.
    pub(crate) async fn share_app_state_key(&mut self, device: u16) -> Result<Option<Node>, Error> {
        let message = self.key_share_message();
        let address = self.device_jid(device).to_protocol_address();
        let from = self.jid();
        let Some(target) = self.devices.get_mut(&device) else {
            return Ok(None);
        };
        if !is_due(target) {
            return Ok(None);
        }
        let failed = |error: SignalProtocolError| Error::Crypto(error.to_string());
        if !self.keys.has_session(&address) {
            let bundle = session_bundle(device, &target.keys)?;
            target.keys.prekeys.pop_front();
            self.keys.begin_session(&self.identity, &address, &bundle).await.map_err(failed)?;
        }
        let plain = message.encode_to_vec();
        let (kind, sealed) =
            self.keys.encrypt(&self.identity, &address, &plain).await.map_err(failed)?;
        let enc = NodeBuilder::new("enc").attr("v", "2").attr("type", kind).bytes(sealed).build();
        let id = u64::from_be_bytes(random_bytes());
        let stanza = NodeBuilder::new("message")
            .attr("from", from)
            .attr("id", format!("3A{id:016X}"))
            .attr("type", "text")
            .attr("category", "peer")
            .attr("t", unix_seconds().to_string())
            .children([enc])
            .build();
        target.has_app_state_key = true;
        target.enqueue(&stanza);
        Ok(Some(stanza))
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
