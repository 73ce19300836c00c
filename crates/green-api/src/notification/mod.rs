//! Notifications: the bodies that a webhook gets, or `receiveNotification` shows
//! (specification, section 6).

mod call;
mod message;
mod status;
mod summary;

use serde_json::{Value, json};
use siskin_model::{Account, InstanceId, InstanceState, SocketStatus, UnixMillis};

pub use message::Sender;

use crate::Word;

/// A notification: the body that a webhook gets, or `receiveNotification` shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// When what it tells of happened; also the start of its 24 hours.
    pub at: UnixMillis,
    /// The vendor's JSON.
    pub body: Value,
}

impl Notification {
    /// The state of an instance has changed (specification, section 6).
    pub fn state_changed(
        instance: InstanceId,
        account: Option<&Account>,
        state: InstanceState,
        at: UnixMillis,
    ) -> Self {
        // The number is told only while it is bound: `wid` is "" when not authorized.
        let bound = account.filter(|_| {
            !matches!(state, InstanceState::NotAuthorized | InstanceState::PasskeyRequired)
        });
        let body = json!({
            "typeWebhook": "stateInstanceChanged",
            "instanceData": instance_data(instance, bound),
            "timestamp": at.seconds(),
            "stateInstance": state.word(),
        });
        Self { at, body }
    }

    /// The live connection of an instance has come or gone. Obsolete at the vendor's, and told
    /// only where the settings ask for it.
    pub fn socket_changed(
        instance: InstanceId,
        account: Option<&Account>,
        socket: SocketStatus,
        at: UnixMillis,
    ) -> Self {
        let body = json!({
            "typeWebhook": "statusInstanceChanged",
            "instanceData": instance_data(instance, account),
            "timestamp": at.seconds(),
            "statusInstance": socket.word(),
        });
        Self { at, body }
    }
}

/// The member `instanceData`, the same in every notification.
fn instance_data(instance: InstanceId, account: Option<&Account>) -> Value {
    json!({
        "idInstance": instance,
        "wid": account.map(|account| account.wid().to_string()).unwrap_or_default(),
        "typeInstance": "whatsapp",
    })
}
