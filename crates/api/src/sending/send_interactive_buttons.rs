use serde_json::json;
use siskin_model::message::{Command, InteractiveAction, InteractiveButton, InteractiveButtons};

use super::buttons::{
    BUTTONS, LONGEST_ID, LONGEST_LABEL, id_schema, read_texts, require_distinct, shape_of_texts,
};
use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, list, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// What a button does; the vendor's own pages send the last one too.
const TYPES: [&str; 4] = ["copy", "call", "url", "reply"];

pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let texts = read_texts(&mut reader);
    let buttons = reader.objects("buttons", BUTTONS, button);
    require_distinct(&mut reader, "buttons", buttons.iter().map(|it| it.button_id.as_str()));
    let typing = reader.typing();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted: None, typing }))?;
    let message = InteractiveButtons {
        title_text: texts.title,
        content_text: texts.content,
        footer_text: texts.footer,
        buttons,
    };
    sending.accept(members, envelope, Command::InteractiveButtons(message)).await
}

fn button(reader: &mut Reader<'_>) -> InteractiveButton {
    // An empty type is told here; the word itself below.
    let kind = reader.text("type", LONGEST_ID);
    let kind = if kind.is_empty() { None } else { reader.word("type", &TYPES) };
    let button_id = reader.text_or_integer("buttonId", LONGEST_ID);
    let button_text = reader.text("buttonText", LONGEST_LABEL);
    let action = match kind.and_then(|at| TYPES.get(at)).copied() {
        Some("copy") => {
            InteractiveAction::Copy { copy_code: reader.text("copyCode", LONGEST_TEXT) }
        }
        Some("call") => InteractiveAction::Call {
            phone_number: reader.text_or_integer("phoneNumber", LONGEST_ID),
        },
        Some("url") => InteractiveAction::Url { url: reader.web_address("url") },
        _ => InteractiveAction::Reply,
    };
    InteractiveButton { action, button_id, button_text }
}

pub(crate) fn describe() -> Description {
    let button = Shape::new()
        .required("type", json!({"type": "string", "enum": TYPES}))
        .required("buttonId", id_schema())
        .required("buttonText", text("Its label.", LONGEST_LABEL))
        .optional("copyCode", text("What it copies: of the type copy.", LONGEST_TEXT))
        .optional("phoneNumber", text("Whom it calls: of the type call.", LONGEST_ID))
        .optional("url", text("What it opens: of the type url.", LONGEST_TEXT));
    let body =
        shape_of_texts().required("buttons", list("The buttons.", BUTTONS, button.done())).typing();
    describe_sending("A text with buttons.", body)
        .refuses("Validation failed. Details: 'buttons[0].copyCode' is required")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::{Api, BOB, validation};
    use siskin_model::Content;

    #[tokio::test]
    async fn buttons_of_every_type_are_sent() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let buttons = json!([
            {"type": "copy", "buttonId": 1, "buttonText": "Copy", "copyCode": "EX-42"},
            {"type": "call", "buttonId": "2", "buttonText": "Call", "phoneNumber": "15550100009"},
            {"type": "url", "buttonId": "3", "buttonText": "Track", "url": "https://a.example"}]);
        let body = json!({"chatId": BOB, "header": "Order", "body": "It is ready",
            "footer": "Shop", "buttons": buttons});
        instance.accepted("sendInteractiveButtons", &body).await;
        let (_, said) = instance.sent(&session).await;
        let Content::InteractiveButtons(sent) = said.content else { panic!("{said:?}") };
        assert_eq!((sent.title_text.as_str(), sent.footer_text.as_str()), ("Order", "Shop"));
        let sent = json!(sent.buttons);
        assert_eq!(sent[0]["copyCode"], "EX-42");
        assert_eq!(sent[1]["phoneNumber"], "15550100009");
        assert_eq!(sent[2]["url"], "https://a.example");
    }

    #[tokio::test]
    async fn bad_buttons_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let of =
            |id: &str, text: &str| json!({"type": "reply", "buttonId": id, "buttonText": text});
        let long = "x".repeat(26);
        for (buttons, detail) in [
            (json!([]), "'buttons' must contain at least 1 items"),
            (
                json!([of("1", "a"), of("2", "a"), of("3", "a"), of("4", "a")]),
                "'buttons' must contain less than or equal to 3 items",
            ),
            (json!([of("1", "a"), of("1", "b")]), "'buttons[1]' contains a duplicate value"),
            (
                json!([of("1", &long)]),
                "'buttons[0].buttonText' length must be less than or equal to 25 characters long",
            ),
            (
                json!([{"type": "dance", "buttonId": "1", "buttonText": "a"}]),
                "'buttons[0].type' must be one of [copy, call, url, reply]",
            ),
            (
                json!([{"type": "copy", "buttonId": "1", "buttonText": "a"}]),
                "'buttons[0].copyCode' is required",
            ),
            (
                json!([{"type": "call", "buttonId": "1", "buttonText": "a"}]),
                "'buttons[0].phoneNumber' is required",
            ),
            (
                json!([{"type": "url", "buttonId": "1", "buttonText": "a", "url": "shop"}]),
                "'buttons[0].url' must be a valid uri",
            ),
            (
                json!([{}]),
                "'buttons[0].type' is required, 'buttons[0].buttonId' is required, \
                 'buttons[0].buttonText' is required",
            ),
        ] {
            let body = json!({"chatId": BOB, "body": "Order", "buttons": buttons});
            validation(&instance.post("sendInteractiveButtons", &body).await, detail);
        }
        let answer = instance.post("sendInteractiveButtons", &json!({"chatId": BOB})).await;
        validation(&answer, "'body' is required, 'buttons' is required");
        instance.nothing_waits().await;
    }
}
