use std::ops::RangeInclusive;

use serde_json::json;
use siskin_model::message::{Command, Template, TemplateAction, TemplateButton};

use super::buttons::LONGEST_ID;
use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, list, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// How many buttons WhatsApp takes in a template.
const BUTTONS: RangeInclusive<usize> = 1..=10;
/// Positions, from 1.
const INDEXES: RangeInclusive<u64> = 1..=1000;
const NO_ACTION: &str = "must contain at least one of [urlButton, callButton, quickReplyButton]";

/// Archived by the vendor. It is sent as asked; what WhatsApp shows of it is its own affair.
pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let content_text = reader.text("message", LONGEST_TEXT);
    let footer = reader.optional_text("footer", LONGEST_TEXT);
    let buttons = reader.objects("templateButtons", BUTTONS, button);
    for (at, button) in buttons.iter().enumerate() {
        if button.is_none() {
            reader.problem(&format!("templateButtons[{at}]"), NO_ACTION);
        }
    }
    let quoted = reader.quoted();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted, typing: None }))?;
    let message = Template {
        namespace: String::new(),
        element_name: String::new(),
        content_text,
        title_text: String::new(),
        footer,
        buttons: buttons.into_iter().flatten().collect(),
    };
    sending.accept(members, envelope, Command::Template(message)).await
}

fn button(reader: &mut Reader<'_>) -> Option<TemplateButton> {
    let index = reader.wanted_integer("index", INDEXES);
    let label = |reader: &mut Reader<'_>| reader.text("displayText", LONGEST_TEXT);
    let url = reader.object("urlButton", |reader| TemplateAction::UrlButton {
        display_text: label(reader),
        url: reader.web_address("url"),
    });
    let call = reader.object("callButton", |reader| TemplateAction::CallButton {
        display_text: label(reader),
        phone_number: reader.text_or_integer("phoneNumber", LONGEST_ID),
    });
    let reply = reader.object("quickReplyButton", |reader| TemplateAction::QuickReplyButton {
        display_text: label(reader),
        id: reader.text_or_integer("id", LONGEST_ID),
    });
    let index = u32::try_from(index).unwrap_or_default();
    url.or(call).or(reply).map(|action| TemplateButton { index, action })
}

pub(crate) fn describe() -> Description {
    let action = |member: &str, about: &'static str| {
        let label = text("Its label.", LONGEST_TEXT);
        Shape::new().required("displayText", label).required(member, text(about, LONGEST_TEXT))
    };
    let button = Shape::new()
        .required("index", json!({"type": "integer", "minimum": 1}))
        .optional("urlButton", action("url", "What it opens.").done())
        .optional("callButton", action("phoneNumber", "Whom it calls.").done())
        .optional("quickReplyButton", action("id", "What the answer carries.").done());
    let body = Shape::new()
        .chat()
        .required("message", text("The text.", LONGEST_TEXT))
        .optional("footer", text("The small text below.", LONGEST_TEXT))
        .required("templateButtons", list("The buttons, one action each.", BUTTONS, button.done()))
        .quoted();
    describe_sending("A text with the buttons of a template.", body)
        .refuses("Validation failed. Details: 'templateButtons' is required")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::testing::{Api, BOB, validation};
    use siskin_model::Content;

    #[tokio::test]
    async fn the_three_kinds_of_buttons_are_sent() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let buttons = json!([
            {"index": 1, "urlButton": {"displayText": "Track", "url": "https://shop.example"}},
            {"index": 2, "callButton": {"displayText": "Call", "phoneNumber": "+15550100009"}},
            {"index": "3", "quickReplyButton": {"displayText": "Thanks", "id": "ok"}}]);
        let body = json!({"chatId": BOB, "message": "Order", "templateButtons": buttons});
        instance.accepted("sendTemplateButtons", &body).await;
        let (_, said) = instance.sent(&session).await;
        let Content::Template(sent) = said.content else { panic!("{said:?}") };
        let mut expected = buttons;
        expected[2]["index"] = json!(3);
        assert_eq!(json!(sent.buttons), expected);
    }

    #[tokio::test]
    async fn bad_buttons_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for (button, detail) in [
            (
                json!({"index": 1}),
                "'templateButtons[0]' must contain at least one of [urlButton, callButton, \
                 quickReplyButton]",
            ),
            (
                json!({"quickReplyButton": {"displayText": "a", "id": "1"}}),
                "'templateButtons[0].index' is required",
            ),
            (
                json!({"index": 1, "urlButton": {"displayText": "a"}}),
                "'templateButtons[0].urlButton.url' is required",
            ),
        ] {
            let body = json!({"chatId": BOB, "message": "?", "templateButtons": [button]});
            validation(&instance.post("sendTemplateButtons", &body).await, detail);
        }
        instance.nothing_waits().await;
    }
}
