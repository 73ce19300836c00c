//! From what was asked for to WhatsApp's form.

use siskin_model::message::{Command, FileKind, OutgoingFile};
use wacore::proto_helpers::MessageExt as _;
use waproto::whatsapp as wa;

use super::draft::{BuildError, Draft};
use super::{
    audio, buttons, contact, context, delete, document, edit, forward, image, interactive, list,
    location, original, poll, sticker, template, text, timer, video,
};

/// The message that a draft describes.
pub(crate) fn build(draft: &Draft<'_>) -> Result<wa::Message, BuildError> {
    match &draft.outgoing.command {
        Command::Edit { target, text } => edit::build(target, text, draft),
        Command::Delete { only_for_me: true, .. } => Err(BuildError::NothingToSend),
        Command::Delete { target, .. } => delete::build(target, draft),
        command => {
            let mut message = content(command, draft)?;
            quote(&mut message, draft);
            timer::put(&mut message, draft.parts.timer);
            message = document::wrap(message);
            // The same bytes each time that it is sent: whoever got the first copy and
            // whoever gets the second can both read what others say about it.
            message.message_context_info.get_or_insert_default().message_secret =
                Some(draft.secret.to_vec());
            Ok(message)
        }
    }
}

fn content(command: &Command, draft: &Draft<'_>) -> Result<wa::Message, BuildError> {
    Ok(match command {
        Command::Text { text, .. } => text::build(text, draft),
        Command::File(outgoing) => file(outgoing, draft)?,
        Command::Poll(poll) => poll::build(poll),
        Command::Location(location) => location::build(location),
        Command::Contact(card) => contact::build(card),
        Command::Forward { .. } => forward::build(draft.parts.source.as_ref())?,
        Command::InteractiveButtons(it) => {
            interactive::build(&it.title_text, &it.content_text, &it.footer_text, &it.buttons)
        }
        Command::InteractiveButtonsReply(it) => {
            interactive::build(&it.title_text, &it.content_text, &it.footer_text, &it.buttons)
        }
        Command::Buttons(buttons) => buttons::build(buttons),
        Command::Template(template) => template::build(template),
        Command::List(list) => list::build(list),
        Command::Edit { .. } | Command::Delete { .. } => return Err(BuildError::NothingToSend),
    })
}

fn file(file: &OutgoingFile, draft: &Draft<'_>) -> Result<wa::Message, BuildError> {
    let uploaded = draft.uploaded.as_ref().ok_or(BuildError::NoFile)?;
    Ok(match file.kind {
        FileKind::Image => image::build(file, uploaded),
        FileKind::Video => video::build(file, uploaded),
        FileKind::Audio => audio::build(file, uploaded),
        FileKind::Document => document::build(file, uploaded),
        FileKind::Sticker => sticker::build(file, uploaded),
    })
}

/// Adds what the message answers. The place for it depends on the kind; the engine knows it.
fn quote(message: &mut wa::Message, draft: &Draft<'_>) {
    let (Some(quoted), Some(author)) = (&draft.parts.quoted, &draft.quoted_author) else { return };
    // What is to be seen once is named, not shown again.
    let original = Some(quoted).filter(|quoted| !original::is_view_once(quoted));
    let original = original.and_then(original::as_it_stands);
    message.set_context_info(context::answering(&quoted.id, author, original));
}
