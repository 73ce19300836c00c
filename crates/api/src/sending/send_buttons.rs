use siskin_model::message::{Buttons, Command};
use siskin_model::{ChatId, MessageId};

use super::buttons::{BUTTONS, button_id, footer};
use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{LONGEST_TEXT, chat, list, object, quoted, request, required, text};

request! {
    /// A text with plain buttons.
    pub(crate) struct SendButtons {
        chat: ChatId = chat(),
        content_text: String = required("message", text(LONGEST_TEXT), "The text."),
        footer: String = footer(),
        buttons: Vec<Button> = required("buttons", list(BUTTONS, object()), "The buttons."),
        quoted: Option<MessageId> = quoted(),
    }
}

request! {
    /// A plain button.
    pub(crate) struct Button {
        button_id: String = button_id(),
        button_text: String = required("buttonText", text(LONGEST_TEXT), "Its label."),
    }
}

/// Archived by the vendor. It is sent as asked; what WhatsApp shows of it is its own affair.
pub(crate) async fn handle(sending: Sending, request: SendButtons) -> Answer {
    let SendButtons { chat, content_text, footer, buttons, quoted } = request;
    let buttons = buttons.into_iter().map(Button::plain).collect();
    let message = Buttons { content_text, footer, buttons };
    let envelope = Envelope { chat, quoted, typing: None };
    sending.accept(envelope, Command::Buttons(message)).await
}

impl Button {
    fn plain(self) -> siskin_model::message::Button {
        let Self { button_id, button_text } = self;
        siskin_model::message::Button { button_id, button_text }
    }
}

pub(crate) fn describe() -> Description {
    describe_sending()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
    use siskin_model::Content;

    #[tokio::test]
    async fn plain_buttons_are_sent() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let body = json!({"chatId": BOB, "message": "Pick a colour", "footer": "Thanks",
            "buttons": [{"buttonId": 1, "buttonText": "Green"}]});
        instance.accepted("sendButtons", &body).await;
        let (_, said) = instance.sent(&session).await;
        let Content::Buttons(sent) = said.content else { panic!("{said:?}") };
        assert_eq!((sent.content_text.as_str(), sent.footer.as_str()), ("Pick a colour", "Thanks"));
        assert_eq!(json!(sent.buttons), json!([{"buttonId": "1", "buttonText": "Green"}]));
    }

    #[tokio::test]
    async fn bad_buttons_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let body = json!({"chatId": BOB, "message": "?", "buttons": [{}, {}, {}, {}]});
        let answer = instance.post("sendButtons", &body).await;
        validation(&answer, "'buttons' must contain less than or equal to 3 items");
        instance.nothing_waits().await;
    }
}
