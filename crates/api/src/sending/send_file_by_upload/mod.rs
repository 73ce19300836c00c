use serde::Serialize;
use siskin_model::message::Typing;
use siskin_model::{ChatId, FileName, MessageId};
use utoipa::ToSchema;

use super::{Envelope, Sending};
use crate::arriving::NO_ROOM;
use crate::call::{Answer, ok};
use crate::description::Description;
use crate::request::{
    FormFile, LONGEST_TEXT, Member, chat, file, file_name_text, optional, quoted, request, text,
    typing_of_kind,
};

request! {
    /// A file of at most 100 MB; what it really is decides how it is shown.
    pub(crate) struct SendFileByUpload {
        chat: ChatId = chat(),
        file: FormFile = file(),
        name: FileName = optional("fileName", file_name_text(),
            "Its name, with extension; else that of the part.").map(Option::unwrap_or_default),
        caption: String = optional("caption", text(LONGEST_TEXT), "The text below it.").or_empty(),
        quoted: Option<MessageId> = quoted(),
        typing: Option<Typing> = typing_of_kind(),
    }
}

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
pub(crate) async fn handle(sending: Sending, request: SendFileByUpload) -> Answer {
    let SendFileByUpload { chat, file, name, caption, quoted, typing } = request;
    let envelope = Envelope { chat, quoted, typing };
    sending.require_quoted(&envelope).await?;
    let name = if name.is_empty() { file.name } else { name };
    let arrived = file.arriving.keep_to_send(&name, file.claimed.as_ref(), &caption).await?;
    let (id_message, arrived) = sending.accept_file(envelope, arrived, caption).await?;
    ok(FileUploadResult { id_message, url_file: arrived.kept.url })
}

pub(crate) fn describe() -> Description {
    Description::answers::<FileUploadResult>()
        .sends()
        .fails(413, "Request Entity Too Large")
        .fails(503, NO_ROOM)
}

#[cfg(test)]
mod tests;
