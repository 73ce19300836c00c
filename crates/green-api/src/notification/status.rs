use serde_json::json;
use siskin_model::{Account, ChatId, MessageId, MessageStatus, UnixMillis};

use super::{Notification, instance_data};
use crate::{View, Word};

impl Notification {
    /// An outgoing message got further, or failed; `description` is empty if it did not.
    #[allow(clippy::too_many_arguments, reason = "each is a member of the notification")]
    pub fn message_status(
        account: Option<&Account>,
        chat: &ChatId,
        id: &MessageId,
        status: MessageStatus,
        description: &str,
        by_api: bool,
        view: &View<'_>,
        at: UnixMillis,
    ) -> Self {
        let mut body = json!({
            "typeWebhook": "outgoingMessageStatus",
            "chatId": view.shown(chat),
            "instanceData": instance_data(view.instance, account),
            "timestamp": at.seconds(),
            "idMessage": id,
            "status": status.word(),
            "sendByApi": by_api,
        });
        if !description.is_empty() {
            body["description"] = description.into();
        }
        Self { at, body }
    }
}
