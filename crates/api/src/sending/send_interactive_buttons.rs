use serde_json::json;
use siskin_model::ChatId;
use siskin_model::message::{
    Command, InteractiveAction, InteractiveButton, InteractiveButtons, Typing,
};

use super::buttons::{BUTTONS, LONGEST_ID, LONGEST_LABEL, Texts, button_id};
use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{
    LONGEST_TEXT, chat, id_text, list, members, object, request, required, text, typing,
    web_address, when, word,
};

/// What a button does; the vendor's own pages send the last one too.
const TYPES: [(&str, ()); 4] = [("copy", ()), ("call", ()), ("url", ()), ("reply", ())];

request! {
    /// A text with buttons.
    pub(crate) struct SendInteractiveButtons {
        chat: ChatId = chat(),
        texts: Texts = members(),
        buttons: Vec<Button> = required("buttons", list(BUTTONS, object()), "The buttons."),
        typing: Option<Typing> = typing(),
    }
}

request! {
    /// A button.
    pub(crate) struct Button {
        kind: () = required("type", word(&TYPES), "What it does."),
        id: String = button_id(),
        label: String = required("buttonText", text(LONGEST_LABEL), "Its label."),
        copy_code: Option<String> = when("type", "copy",
            required("copyCode", text(LONGEST_TEXT), "What it copies: of the type copy.")),
        phone: Option<String> = when("type", "call",
            required("phoneNumber", id_text(LONGEST_ID), "Whom it calls: of the type call.")),
        url: Option<String> = when("type", "url",
            required("url", web_address(), "What it opens: of the type url.")),
    }
}

pub(crate) async fn handle(sending: Sending, request: SendInteractiveButtons) -> Answer {
    let SendInteractiveButtons { chat, texts, buttons, typing } = request;
    let message = InteractiveButtons {
        title_text: texts.title,
        content_text: texts.content,
        footer_text: texts.footer,
        buttons: buttons.into_iter().map(Button::interactive).collect(),
    };
    let envelope = Envelope { chat, quoted: None, typing };
    sending.accept(envelope, Command::InteractiveButtons(message)).await
}

impl Button {
    fn interactive(self) -> InteractiveButton {
        let Self { kind: (), id, label, copy_code, phone, url } = self;
        let copy = copy_code.map(|copy_code| InteractiveAction::Copy { copy_code });
        let call = phone.map(|phone_number| InteractiveAction::Call { phone_number });
        let open = url.map(|url| InteractiveAction::Url { url });
        let action = copy.or(call).or(open).unwrap_or(InteractiveAction::Reply);
        InteractiveButton { action, button_id: id, button_text: label }
    }
}

pub(crate) fn describe() -> Description {
    describe_sending().does_not_take(
        json!({"buttons": [{"type": "copy", "buttonId": "1", "buttonText": "Copy"}]}),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
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
