//! Messages of the journal that become a part of others: they are quoted, forwarded, edited.

use buffa::DecodeOptions;
use siskin_model::Message;
use waproto::whatsapp as wa;

use super::{document, unwrap};

/// How deep such a message may be nested. Nobody, we included, reads a message that is nested
/// deeper than a hundred levels, and others are put around it: the answer, what it says to
/// the own devices, a history.
const DEEPEST: u32 = 80;

/// A message as it stands now, out of its wrappers: what it was sent as, with the text or
/// caption that an edit gave it. `None`: its form is not known, or it is nested so deep that
/// nobody could read what it is put into.
pub(super) fn as_it_stands(message: &Message) -> Option<wa::Message> {
    let original = read(&message.raw)?;
    let original = unwrap::innermost(&original).clone();
    let text = message.body.content.text();
    let caption = message.body.content.file().map(|file| file.caption.as_str());
    Some(match text.or(caption).filter(|_| message.is_edited) {
        Some(text) => with_text(original, text),
        None => original,
    })
}

/// Whether a message is to be seen once only, as WhatsApp's own form of it says.
pub(super) fn is_view_once(message: &Message) -> bool {
    let by_form = || read(&message.raw).is_some_and(|form| unwrap::is_view_once(&form));
    message.body.is_view_once || by_form()
}

/// A message in WhatsApp's own form, as the journal has it, but for the name of its document:
/// that is one that may be passed on.
fn read(raw: &[u8]) -> Option<wa::Message> {
    let options = DecodeOptions::new().with_recursion_limit(DEEPEST);
    let mut message = options.decode_from_slice(raw).ok().filter(|_| !raw.is_empty())?;
    document::clean_name(&mut message);
    Some(message)
}

fn with_text(mut message: wa::Message, text: &str) -> wa::Message {
    let new = Some(text.to_owned());
    if let Some(image) = message.image_message.as_option_mut() {
        image.caption = new;
    } else if let Some(video) = message.video_message.as_option_mut() {
        video.caption = new;
    } else if let Some(document) = message.document_message.as_option_mut() {
        document.caption = new;
    } else if let Some(extended) = message.extended_text_message.as_option_mut() {
        // What was shown of a link that is there no more is not shown.
        let link = extended.matched_text.as_deref().unwrap_or_default();
        if !text.contains(link) {
            let context_info = std::mem::take(&mut extended.context_info);
            *extended = wa::message::ExtendedTextMessage { context_info, ..Default::default() };
        }
        extended.text = new;
    } else if message.conversation.is_some() {
        message.conversation = new;
    }
    message
}
