//! What a notification says, for lists of them.

use serde_json::Value;

use super::Notification;

/// Where the chat stands, by kind of notification.
const CHATS: [&str; 3] = ["/senderData/chatId", "/chatId", "/from"];
/// Where that stands which tells most, by kind of notification and message.
const TEXTS: [&str; 16] = [
    "/status",
    "/stateInstance",
    "/statusInstance",
    "/messageData/textMessageData/textMessage",
    "/messageData/extendedTextMessageData/text",
    "/messageData/fileMessageData/caption",
    "/messageData/fileMessageData/fileName",
    "/messageData/locationMessageData/nameLocation",
    "/messageData/contactMessageData/displayName",
    "/messageData/pollMessageData/name",
    "/messageData/editedMessageData/textMessage",
    "/messageData/editedMessageData/caption",
    "/messageData/deletedMessageData/stanzaId",
    "/messageData/buttonsResponseMessage/selectedButtonText",
    "/messageData/listResponseMessage/title",
    "/messageData/groupInviteMessageData/groupName",
];

impl Notification {
    /// `typeWebhook`.
    pub fn type_webhook(&self) -> &str {
        self.member("/typeWebhook")
    }

    /// `typeMessage`; empty where it tells of no message.
    pub fn type_message(&self) -> &str {
        self.member("/messageData/typeMessage")
    }

    /// The chat that it is about; empty where it is about none.
    pub fn chat(&self) -> &str {
        self.first(CHATS)
    }

    /// What it says in one line: the first of what its kind may have.
    pub fn text(&self) -> &str {
        self.first(TEXTS)
    }

    fn first<const N: usize>(&self, places: [&str; N]) -> &str {
        let texts = places.map(|place| self.member(place));
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn member(&self, place: &str) -> &str {
        self.body.pointer(place).and_then(Value::as_str).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use siskin_model::UnixMillis;

    use super::*;

    fn notification(body: Value) -> Notification {
        Notification { at: UnixMillis(0), body }
    }

    #[test]
    fn each_kind_is_told_in_a_line() {
        let message = json!({ "messageData": { "textMessageData": { "textMessage": "hi" } } });
        assert_eq!(notification(message).text(), "hi");
        let state = json!({ "stateInstance": "authorized" });
        assert_eq!(notification(state).text(), "authorized");
        let message = json!({ "senderData": { "chatId": "1@c.us" } });
        assert_eq!(notification(message).chat(), "1@c.us");
    }
}
