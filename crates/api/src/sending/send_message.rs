use serde_json::json;
use siskin_model::message::Command;

use super::{Envelope, Sending, describe_sending, preview};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, flag, text};
use crate::reader::{LONGEST_TEXT, Reader};

pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let text = reader.text("message", LONGEST_TEXT);
    let quoted = reader.quoted();
    let preview = preview::read(&mut reader, &sending.instance.settings());
    let typing = reader.typing();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted, typing }))?;
    sending.accept(members, envelope, Command::Text { text, preview }).await
}

pub(crate) fn describe() -> Description {
    let custom = Shape::new()
        .required("title", text("The title.", LONGEST_TEXT))
        .optional("description", text("The text.", LONGEST_TEXT))
        .optional("link", text("What it opens; else the first link in the text.", LONGEST_TEXT))
        .optional("urlFile", text("The address of the picture.", LONGEST_TEXT))
        .optional(
            "jpegThumbnail",
            json!({"type": "string", "description": "The picture itself, \
            base64, instead of its address."}),
        );
    let body = Shape::new()
        .chat()
        .required("message", text("The text.", LONGEST_TEXT))
        .quoted()
        .optional(
            "linkPreview",
            flag(
                "Whether to show what the first link leads to; else as \
            the settings have it.",
            ),
        )
        .optional("typePreview", json!({"type": "string", "enum": ["large", "small"]}))
        .optional("customPreview", custom.done())
        .typing();
    describe_sending("A text.", body).refuses(
        "Validation failed. Details: 'message' length must be less than or equal to 20000 \
             characters long",
    )
}

#[cfg(test)]
mod tests;
