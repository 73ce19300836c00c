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
