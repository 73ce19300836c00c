use serde_json::json;
use siskin_model::ChatId;
use siskin_model::message::{
    Command, InteractiveAction, InteractiveButton, InteractiveButtonsReply, Typing,
};

use super::buttons::{BUTTONS, LONGEST_LABEL, Texts, button_id};
use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{chat, list, members, object, request, required, text, typing};

request! {
    /// A text with buttons that answer.
    pub(crate) struct SendInteractiveButtonsReply {
        chat: ChatId = chat(),
        texts: Texts = members(),
        buttons: Vec<Button> = required("buttons", list(BUTTONS, object()), "The buttons."),
        typing: Option<Typing> = typing(),
    }
}

request! {
    /// A button that answers.
    pub(crate) struct Button {
        id: String = button_id(),
        label: String = required("buttonText", text(LONGEST_LABEL),
            "Its label, which comes back as a text."),
    }
}

pub(crate) async fn handle(sending: Sending, request: SendInteractiveButtonsReply) -> Answer {
    let SendInteractiveButtonsReply { chat, texts, buttons, typing } = request;
    let button = |button: Button| InteractiveButton {
        action: InteractiveAction::Reply,
        button_id: button.id,
        button_text: button.label,
    };
    let message = InteractiveButtonsReply {
        title_text: texts.title,
        content_text: texts.content,
        footer_text: texts.footer,
        buttons: buttons.into_iter().map(button).collect(),
    };
    let envelope = Envelope { chat, quoted: None, typing };
    sending.accept(envelope, Command::InteractiveButtonsReply(message)).await
}

pub(crate) fn describe() -> Description {
    describe_sending().does_not_take(json!({"buttons": [{"buttonText": "Yes"}]}))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
    use siskin_model::Content;

    #[tokio::test]
    async fn buttons_that_answer_are_sent() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let buttons = json!([{"buttonId": "1", "buttonText": "Good"},
            {"buttonId": "2", "buttonText": "Bad"}]);
        let body = json!({"chatId": BOB, "body": "How was it?", "buttons": buttons});
        instance.accepted("sendInteractiveButtonsReply", &body).await;
        let (_, said) = instance.sent(&session).await;
        let Content::InteractiveButtonsReply(sent) = said.content else { panic!("{said:?}") };
        assert_eq!(sent.content_text, "How was it?");
        let first = json!({"type": "reply", "buttonId": "1", "buttonText": "Good"});
        assert_eq!(json!(sent.buttons[0]), first);
    }

    #[tokio::test]
    async fn bad_buttons_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let body = json!({"chatId": BOB, "body": "", "buttons": [{"buttonText": "Good"}]});
        let answer = instance.post("sendInteractiveButtonsReply", &body).await;
        let detail = "'body' is not allowed to be empty, 'buttons[0].buttonId' is required";
        validation(&answer, detail);
        instance.nothing_waits().await;
    }
}
