use siskin_model::message::Typing;
use siskin_model::{ChatId, FileName, MessageId};

use super::{Envelope, IdMessage, Sending, describe_sending, url_file};
use crate::arriving::NO_ROOM;
use crate::call::{Answer, ok};
use crate::description::Description;
use crate::request::{
    LONGEST_TEXT, chat, file_name_text, optional, quoted, request, required, text, typing_of_kind,
    web_address,
};

request! {
    /// A file of at most 100 MB; what it really is decides how it is shown.
    pub(crate) struct SendFileByUrl {
        chat: ChatId = chat(),
        url: String =
            required("urlFile", web_address(), "Where the file is; not in a private network."),
        name: FileName = required("fileName", file_name_text(), "Its name, with extension."),
        caption: String = optional("caption", text(LONGEST_TEXT), "The text below it.").or_empty(),
        quoted: Option<MessageId> = quoted(),
        typing: Option<Typing> = typing_of_kind(),
    }
}

/// The file is fetched before the call is answered: the caller is told if it cannot be had.
pub(crate) async fn handle(sending: Sending, request: SendFileByUrl) -> Answer {
    let SendFileByUrl { chat, url, name, caption, quoted, typing } = request;
    let envelope = Envelope { chat, quoted, typing };
    sending.require_quoted(&envelope).await?;
    let wanted = url_file::Wanted { url: &url, name: &name, caption: &caption };
    let arrived = url_file::fetch(&sending.context, &sending.instance, wanted).await?;
    let (id_message, _) = sending.accept_file(envelope, arrived, caption).await?;
    ok(IdMessage { id_message })
}

pub(crate) fn describe() -> Description {
    describe_sending()
        .refuses("bad request data: {why the file cannot be had}")
        .fails(500, "File from url exceeded max upload size. Size: {n}mb Limit: 100mb Url: {url}")
        .fails(503, NO_ROOM)
}

#[cfg(test)]
mod tests;
