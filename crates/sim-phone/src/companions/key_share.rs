//! The phone shares the key of its app state with a device it has linked, as an encrypted
//! peer message. Without it a client cannot read the account's settings and waits.

use buffa::MessageField;
use siskin_sim_server::clock::unix_millis;
use siskin_sim_server::devices;
use siskin_sim_server::error::Error;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::{
    AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyId, AppStateSyncKeyShare, ProtocolMessage,
};

use super::tell;
use crate::client::Client;
use crate::state::PhoneState;

/// Shares the key with a device that is ready for it and has not got it yet.
pub(crate) async fn share_app_state_key(client: &Client, device: u16) -> Result<(), Error> {
    if !devices::has_keys(&client.account, device).await {
        return Ok(());
    }
    let message = {
        let mut state = client.phone.lock().await;
        if !state.take_key_share(device) {
            return Ok(());
        }
        message(&state)
    };
    tell(client, device, &message).await
}

/// A device could not read what the phone sent it: the phone begins a new session.
pub(crate) async fn share_again(client: &Client, device: u16) -> Result<(), Error> {
    client.phone.lock().await.forget_session(&client.account.phone, device);
    share_app_state_key(client, device).await
}

fn message(state: &PhoneState) -> wa::Message {
    let key = state.settings.key();
    let share = AppStateSyncKeyShare {
        keys: vec![AppStateSyncKey {
            key_id: MessageField::some(AppStateSyncKeyId { key_id: Some(key.id.clone()) }),
            key_data: MessageField::some(AppStateSyncKeyData {
                key_data: Some(key.data.clone()),
                fingerprint: MessageField::some(state.identity.fingerprint()),
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
