use siskin_model::message::{
    Command, InteractiveAction, InteractiveButton, InteractiveButtonsReply,
};

use super::buttons::{
    BUTTONS, LONGEST_ID, LONGEST_LABEL, id_schema, read_texts, require_distinct, shape_of_texts,
};
use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, list, text};
use crate::reader::Reader;

pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let texts = read_texts(&mut reader);
    let buttons = reader.objects("buttons", BUTTONS, |reader| InteractiveButton {
        action: InteractiveAction::Reply,
        button_id: reader.text_or_integer("buttonId", LONGEST_ID),
        button_text: reader.text("buttonText", LONGEST_LABEL),
    });
    require_distinct(&mut reader, "buttons", buttons.iter().map(|it| it.button_id.as_str()));
    let typing = reader.typing();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted: None, typing }))?;
    let message = InteractiveButtonsReply {
        title_text: texts.title,
        content_text: texts.content,
        footer_text: texts.footer,
        buttons,
    };
    sending.accept(members, envelope, Command::InteractiveButtonsReply(message)).await
}

pub(crate) fn describe() -> Description {
    let button = Shape::new()
        .required("buttonId", id_schema())
        .required("buttonText", text("Its label, which comes back as a text.", LONGEST_LABEL));
    let body =
        shape_of_texts().required("buttons", list("The buttons.", BUTTONS, button.done())).typing();
    describe_sending("A text with buttons that answer.", body)
        .refuses("Validation failed. Details: 'buttons[0].buttonId' is required")
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
