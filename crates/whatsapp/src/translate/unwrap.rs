//! Wrappers that say something about a message, and the message in them.

use waproto::whatsapp as wa;

/// How deep wrappers are followed. WhatsApp nests two or three.
const DEEPEST: usize = 8;

/// The message in all its wrappers: what disappears, is seen once, carries a caption or
/// belongs to an album is told like any other.
pub(super) fn innermost(message: &wa::Message) -> &wa::Message {
    let mut current = message;
    for _ in 0..DEEPEST {
        match inner(current) {
            Some(inner) => current = inner,
            None => break,
        }
    }
    current
}

/// Whether a message is to be seen once only: a picture, video or sound of which a wrapper says
/// so, or it itself. What businesses put into such a wrapper, buttons above all, stays.
pub(super) fn is_view_once(message: &wa::Message) -> bool {
    let mut by_wrapper = false;
    let mut current = message;
    for _ in 0..DEEPEST {
        by_wrapper |= current.view_once_message.is_set()
            || current.view_once_message_v2.is_set()
            || current.view_once_message_v2_extension.is_set();
        match inner(current) {
            Some(inner) => current = inner,
            None => break,
        }
    }
    let image = current.image_message.as_option().map(|image| image.view_once);
    let video = current.video_message.as_option().map(|video| video.view_once);
    let round = current.ptv_message.as_option().map(|video| video.view_once);
    let audio = current.audio_message.as_option().map(|audio| audio.view_once);
    let text = current.extended_text_message.as_option().map(|text| text.view_once);
    let by_itself = image.or(video).or(round).or(audio).or(text);
    by_itself.is_some_and(|by_itself| by_wrapper || by_itself == Some(true))
}

fn inner(message: &wa::Message) -> Option<&wa::Message> {
    if let Some(sent) = message.device_sent_message.as_option() {
        return sent.message.as_option();
    }
    let wrappers = [
        &message.ephemeral_message,
        &message.view_once_message,
        &message.view_once_message_v2,
        &message.view_once_message_v2_extension,
        &message.document_with_caption_message,
        &message.edited_message,
        &message.group_mentioned_message,
        &message.bot_invoke_message,
        &message.lottie_sticker_message,
        &message.poll_creation_option_image_message,
        &message.associated_child_message,
        &message.poll_creation_message_v4,
        &message.limit_sharing_message,
        &message.bot_task_message,
        &message.question_message,
        &message.bot_forwarded_message,
        &message.question_reply_message,
        &message.spoiler_message,
        &message.status_mention_message,
        &message.group_status_mention_message,
    ];
    wrappers.into_iter().find_map(|wrapper| wrapper.as_option()?.message.as_option())
}
