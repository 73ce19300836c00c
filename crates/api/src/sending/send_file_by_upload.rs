use serde::Serialize;
use siskin_model::{FileName, MessageId};
use utoipa::ToSchema;

use super::{Envelope, Sending};
use crate::arriving::NO_ROOM;
use crate::call::{Answer, Call, ok};
use crate::form::{self, Form};
use crate::openapi::{Description, Shape, file, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// A file was accepted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FileUploadResult {
    /// The id that the message will have.
    #[schema(value_type = String, example = "3EB0C767D097B7C7C030")]
    id_message: MessageId,
    /// Where the file can be had for 15 days; `sendFileByUrl` takes it too.
    url_file: String,
}

/// The parts may come in any order: the file goes to the disk as it comes, and is removed
/// where the rest does not fit.
pub(crate) async fn handle(call: Call) -> Answer {
    let sending = Sending::prepare(&call)?;
    let form = form::read(&sending.context, &sending.instance, call.request).await?;
    let Form { fields, file } = form;
    let mut reader = Reader::of(&fields);
    let chat = reader.chat("chatId");
    match &file {
        None => reader.problem("file", "is required"),
        Some(file) if file.arriving.is_empty() => {
            reader.problem("file", "is not allowed to be empty");
        }
        Some(_) => {}
    }
    let file_name = FileName::from(reader.optional_text("fileName", LONGEST_TEXT));
    let caption = reader.optional_text("caption", LONGEST_TEXT);
    let quoted = reader.quoted();
    let typing = reader.typing_of_kind();
    let envelope = chat.map(|chat| Envelope { chat, quoted, typing });
    let (envelope, file) = reader.finish(envelope.zip(file))?;
    sending.require_quoted(&envelope).await?;
    let name = if file_name.is_empty() { file.name } else { file_name };
    let arrived = file.arriving.keep_to_send(&name, file.claimed.as_ref(), &caption).await?;
    let (id_message, arrived) = sending.accept_file(fields, envelope, arrived, caption).await?;
    ok(FileUploadResult { id_message, url_file: arrived.kept.url })
}

pub(crate) fn describe() -> Description {
    let body = Shape::new()
        .chat()
        .required("file", file())
        .optional("fileName", text("Its name, with extension; else that of the part.", 255))
        .optional("caption", text("The text below it.", LONGEST_TEXT))
        .quoted()
        .typing_of_kind();
    Description::answers::<FileUploadResult>()
        .form("A file of at most 100 MB; what it really is decides how it is shown.", body.done())
        .sends()
        .refuses("Validation failed. Details: 'file' is required")
        .fails(413, "Request Entity Too Large")
        .fails(503, NO_ROOM)
}

#[cfg(test)]
mod tests;
