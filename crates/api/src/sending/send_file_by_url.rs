use siskin_model::FileName;

use super::{Envelope, Sending, describe_sending, url_file};
use crate::arriving::NO_ROOM;
use crate::call::{Answer, Call, ok};
use crate::openapi::{Description, Shape, text};
use crate::reader::{LONGEST_TEXT, Reader};
use crate::sending::IdMessage;

/// The file is fetched before the call is answered: the caller is told if it cannot be had.
pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let url = reader.web_address("urlFile");
    let name = FileName::from(reader.text("fileName", LONGEST_TEXT));
    let caption = reader.optional_text("caption", LONGEST_TEXT);
    let quoted = reader.quoted();
    let typing = reader.typing_of_kind();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted, typing }))?;
    sending.require_quoted(&envelope).await?;
    let wanted = url_file::Wanted { url: &url, name: &name, caption: &caption };
    let arrived = url_file::fetch(&sending.context, &sending.instance, wanted).await?;
    let accepted = sending.accept_file(members, envelope, arrived, caption).await?;
    ok(IdMessage { id_message: accepted.0 })
}

pub(crate) fn describe() -> Description {
    let body = Shape::new()
        .chat()
        .required("urlFile", text("Where the file is; not in a private network.", LONGEST_TEXT))
        .required("fileName", text("Its name, with extension.", 255))
        .optional("caption", text("The text below it.", LONGEST_TEXT))
        .quoted()
        .typing_of_kind();
    describe_sending("A file of at most 100 MB; what it really is decides how it is shown.", body)
        .refuses("Validation failed. Details: 'fileName' is required")
        .refuses("bad request data: {why the file cannot be had}")
        .fails(500, "File from url exceeded max upload size. Size: {n}mb Limit: 100mb Url: {url}")
        .fails(503, NO_ROOM)
}

#[cfg(test)]
mod tests;
