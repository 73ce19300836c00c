use std::ops::RangeInclusive;

use siskin_model::message::{Command, Template, TemplateAction, TemplateButton};
use siskin_model::{ChatId, MessageId};

use super::buttons::{LONGEST_ID, footer};
use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{
    LONGEST_TEXT, Member, chat, id_text, integer, list, object, one_of, quoted, request, required,
    text, web_address,
};

/// How many buttons WhatsApp takes in a template.
const BUTTONS: RangeInclusive<usize> = 1..=10;
/// Positions, from 1.
const INDEXES: RangeInclusive<u64> = 1..=1000;

request! {
    /// A text with the buttons of a template.
    pub(crate) struct SendTemplateButtons {
        chat: ChatId = chat(),
        content_text: String = required("message", text(LONGEST_TEXT), "The text."),
        footer: String = footer(),
        buttons: Vec<Button> = required("templateButtons", list(BUTTONS, object()),
            "The buttons, one action each."),
        quoted: Option<MessageId> = quoted(),
    }
}

request! {
    /// A button of a template.
    pub(crate) struct Button {
        index: u64 = required("index", integer(INDEXES), "Its place, from 1."),
        url: Option<UrlButton> = one_of("urlButton", object(), "It opens an address."),
        call: Option<CallButton> = one_of("callButton", object(), "It calls a number."),
        reply: Option<ReplyButton> = one_of("quickReplyButton", object(), "It answers."),
    }
}

request! {
    /// A button that opens an address.
    pub(crate) struct UrlButton {
        label: String = label(),
        url: String = required("url", web_address(), "What it opens."),
    }
}

request! {
    /// A button that calls a number.
    pub(crate) struct CallButton {
        label: String = label(),
        phone: String = required("phoneNumber", id_text(LONGEST_ID), "Whom it calls."),
    }
}

request! {
    /// A button that answers.
    pub(crate) struct ReplyButton {
        label: String = label(),
        id: String = required("id", id_text(LONGEST_ID), "What the answer carries."),
    }
}

fn label() -> impl Member<Value = String> {
    required("displayText", text(LONGEST_TEXT), "Its label.")
}

/// Archived by the vendor. It is sent as asked; what WhatsApp shows of it is its own affair.
pub(crate) async fn handle(sending: Sending, request: SendTemplateButtons) -> Answer {
    let SendTemplateButtons { chat, content_text, footer, buttons, quoted } = request;
    let message = Template {
        namespace: String::new(),
        element_name: String::new(),
        content_text,
        title_text: String::new(),
        footer,
        buttons: buttons.into_iter().filter_map(Button::of_template).collect(),
    };
    let envelope = Envelope { chat, quoted, typing: None };
    sending.accept(envelope, Command::Template(message)).await
}

impl Button {
    /// The first of its actions.
    fn of_template(self) -> Option<TemplateButton> {
        let url = self.url.map(|button| TemplateAction::UrlButton {
            display_text: button.label,
            url: button.url,
        });
        let call = self.call.map(|button| TemplateAction::CallButton {
            display_text: button.label,
            phone_number: button.phone,
        });
        let reply = self.reply.map(|button| TemplateAction::QuickReplyButton {
            display_text: button.label,
            id: button.id,
        });
        let index = u32::try_from(self.index).unwrap_or_default();
        url.or(call).or(reply).map(|action| TemplateButton { index, action })
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
