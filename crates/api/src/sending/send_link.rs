use siskin_model::message::{Command, Preview};
use siskin_model::{ChatId, MessageId};

use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{LONGEST_TEXT, chat, quoted, request, required, text};

request! {
    /// A link.
    pub(crate) struct SendLink {
        chat: ChatId = chat(),
        text: String =
            required("urlLink", text(LONGEST_TEXT), "The link.").example("https://shop.example"),
        quoted: Option<MessageId> = quoted(),
    }
}

/// A text with nothing but a link; `sendMessage` does the same.
pub(crate) async fn handle(sending: Sending, request: SendLink) -> Answer {
    let SendLink { chat, text, quoted } = request;
    let preview = Preview::Page { large: false };
    let envelope = Envelope { chat, quoted, typing: None };
    sending.accept(envelope, Command::Text { text, preview }).await
}

pub(crate) fn describe() -> Description {
    describe_sending()
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
