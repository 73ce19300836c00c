use serde_json::json;
use siskin_model::{Account, CallRecord};

use super::{Notification, instance_data};
use crate::{View, Word};

impl Notification {
    /// A call rings, was answered or ended. An outgoing one, which the account's owner makes
    /// on the phone, is told with its only participant.
    pub fn call(
        account: Option<&Account>,
        call: &CallRecord,
        duration: u64,
        view: &View<'_>,
    ) -> Self {
        let other = view.shown(&call.chat);
        let mut body = json!({
            "from": other,
            "typeWebhook": if call.is_incoming { "incomingCall" } else { "outgoingCall" },
            "instanceData": instance_data(view.instance, account),
            "status": call.status.word(),
            "timestamp": call.at.seconds(),
            "idMessage": call.id,
        });
        if !call.is_incoming {
            body["isVideo"] = call.is_video.into();
            body["duration"] = duration.into();
            body["participants"] = json!([{ "id": other, "status": call.status.word() }]);
        }
        Self { at: call.at, body }
    }
}
