use siskin_model::message::{Command, Preview};

use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// A text with nothing but a link; `sendMessage` does the same.
pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let text = reader.text("urlLink", LONGEST_TEXT);
    let quoted = reader.quoted();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted, typing: None }))?;
    let preview = Preview::Page { large: false };
    sending.accept(members, envelope, Command::Text { text, preview }).await
}

pub(crate) fn describe() -> Description {
    let body = Shape::new().chat().required("urlLink", text("The link.", LONGEST_TEXT)).quoted();
    describe_sending("A link.", body).refuses("Validation failed. Details: 'urlLink' is required")
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;

    #[tokio::test]
    async fn a_link_is_sent_as_a_text() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let body = json!({"chatId": BOB, "urlLink": "https://shop.example"});
        instance.accepted("sendLink", &body).await;
        let (_, said) = instance.sent(&session).await;
        assert_eq!(said.content.text(), Some("https://shop.example"));
        let answer = instance.post("sendLink", &json!({"chatId": BOB})).await;
        validation(&answer, "'urlLink' is required");
    }
}
