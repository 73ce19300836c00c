//! Copies of messages that were received or sent before.

use siskin_model::{Content, Message};
use wacore::proto_helpers::MessageExt as _;
use waproto::whatsapp as wa;

use super::draft::BuildError;
use super::original;

/// A copy for another chat. A file in it is not sent again: the copy names the same place at
/// WhatsApp.
pub(super) fn build(source: Option<&Message>) -> Result<wa::Message, BuildError> {
    let source = source.ok_or(BuildError::NoSource)?;
    if !can_be_forwarded(&source.body.content) || original::is_view_once(source) {
        return Err(BuildError::NotForwardable);
    }
    let message = original::as_it_stands(source).ok_or(BuildError::NoSource)?;
    let copy = *message.prepare_for_forward();
    // A key that came with the message is for the group that it came from.
    Ok(wa::Message { sender_key_distribution_message: buffa::MessageField::none(), ..copy })
}

fn can_be_forwarded(content: &Content) -> bool {
    !matches!(
        content,
        Content::Reaction(_)
            | Content::PollUpdate(_)
            | Content::Edited(_)
            | Content::Deleted(_)
            | Content::ButtonsResponse(_)
            | Content::TemplateReply(_)
            | Content::ListResponse(_)
    )
}
