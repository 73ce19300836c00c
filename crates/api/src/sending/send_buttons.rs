use siskin_model::message::{Button, Buttons, Command};

use super::buttons::{BUTTONS, LONGEST_ID, id_schema, require_distinct};
use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, list, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// Archived by the vendor. It is sent as asked; what WhatsApp shows of it is its own affair.
pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let content_text = reader.text("message", LONGEST_TEXT);
    let footer = reader.optional_text("footer", LONGEST_TEXT);
    let buttons = reader.objects("buttons", BUTTONS, |reader| Button {
        button_id: reader.text_or_integer("buttonId", LONGEST_ID),
        button_text: reader.text("buttonText", LONGEST_TEXT),
    });
    require_distinct(&mut reader, "buttons", buttons.iter().map(|it| it.button_id.as_str()));
    let quoted = reader.quoted();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted, typing: None }))?;
    let message = Buttons { content_text, footer, buttons };
    sending.accept(members, envelope, Command::Buttons(message)).await
}

pub(crate) fn describe() -> Description {
    let button = Shape::new()
        .required("buttonId", id_schema())
        .required("buttonText", text("Its label.", LONGEST_TEXT));
    let body = Shape::new()
        .chat()
        .required("message", text("The text.", LONGEST_TEXT))
        .optional("footer", text("The small text below.", LONGEST_TEXT))
        .required("buttons", list("The buttons.", BUTTONS, button.done()))
        .quoted();
    describe_sending("A text with plain buttons.", body)
        .refuses("Validation failed. Details: 'buttons' is required")
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
