//! Rows of messages, and what they have for the description of the API.

use futures::{Stream, stream};
use serde_json::{Value, json};
use siskin_fleet::{MessageRows, Shown};
use siskin_green_api::journal;
use siskin_model::Message;
use siskin_store::StoreError;

use crate::description::{Description, Shape, flag, message_id, number, object, string};

const NAME: &str = "JournalMessage";

/// The rows as a long list takes them.
pub(super) fn pages(rows: MessageRows) -> impl Stream<Item = Result<Vec<Value>, StoreError>> {
    let next = |mut rows: MessageRows| async move {
        let shown = rows.next().await?;
        Ok((!shown.entries.is_empty()).then(|| (draw(&shown), rows)))
    };
    stream::try_unfold(rows, next)
}

/// The rows of some messages.
pub(super) fn draw(shown: &Shown<Message>) -> Vec<Value> {
    let names = &shown.names;
    let row = |message| names.draw(|view| journal::message(message, &names.sender(message), view));
    shown.entries.iter().map(row).collect()
}

/// The answer is one row.
pub(super) fn describe_row() -> Description {
    Description::answers_schema(NAME, schema())
}

/// The answer is a list of rows.
pub(super) fn describe_rows() -> Description {
    Description::answers_rows(NAME, schema())
}

fn schema() -> Value {
    Shape::new()
        .required("type", json!({"type": "string", "enum": ["incoming", "outgoing"]}))
        .required("idMessage", message_id())
        .required("timestamp", number("UNIX seconds; of outgoing ones, of the last status."))
        .required("typeMessage", string("The kind, as in notifications."))
        .required("chatId", string("The chat."))
        .optional("chatName", string("Its name."))
        .optional("senderId", string("Incoming: the writer."))
        .optional("senderName", string("Incoming: the writer's profile name."))
        .optional("senderContactName", string("Incoming: the name in the contacts."))
        .optional("statusMessage", string("Outgoing: how far it got."))
        .optional("sendByApi", flag("Outgoing: whether it was sent through the API."))
        .optional("textMessage", string("The text."))
        .optional("extendedTextMessage", object("The text and what is known of its link."))
        .optional("downloadUrl", string("Where the file is."))
        .optional("caption", string("The text below the file."))
        .optional("fileName", string("The file's name."))
        .optional("mimeType", string("The file's type."))
        .optional("jpegThumbnail", string("A small picture, base64."))
        .optional("isAnimated", flag("Whether a sticker moves."))
        .optional("location", object("A place."))
        .optional("contact", object("A contact: displayName, vcard."))
        .optional("contacts", json!({"type": "array", "items": {"type": "object"}}))
        .optional("pollMessageData", object("A poll or a vote, as in notifications."))
        .optional("extendedTextMessageData", object("A reaction: its text."))
        .optional("quotedMessage", object("What is answered, as in notifications."))
        .optional("isForwarded", flag("Whether it is a forwarded copy."))
        .optional("forwardingScore", number("How often it was forwarded."))
        .optional("isEdited", flag("There, and true, where the text was changed."))
        .optional("isDeleted", flag("There, and true, where it was taken back."))
        .optional("editedMessageId", string("editedMessage: the message."))
        .optional("deletedMessageId", string("deletedMessage: the message."))
        .done()
}
