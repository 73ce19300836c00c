use serde_json::json;
use siskin_model::message::{Command, Typing};
use siskin_model::{ChatId, MessageId};

use super::preview::LinkPreview;
use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{LONGEST_TEXT, chat, members, quoted, request, required, text, typing};

request! {
    /// A text.
    pub(crate) struct SendMessage {
        chat: ChatId = chat(),
        text: String = required("message", text(LONGEST_TEXT), "The text."),
        quoted: Option<MessageId> = quoted(),
        preview: LinkPreview = members(),
        typing: Option<Typing> = typing(),
    }
}

pub(crate) async fn handle(sending: Sending, request: SendMessage) -> Answer {
    let SendMessage { chat, text, quoted, preview, typing } = request;
    let preview = preview.under(&sending.instance.settings());
    sending.accept(Envelope { chat, quoted, typing }, Command::Text { text, preview }).await
}

pub(crate) fn describe() -> Description {
    describe_sending().does_not_take(json!({"message": "x".repeat(20_001)}))
}

#[cfg(test)]
mod tests;
