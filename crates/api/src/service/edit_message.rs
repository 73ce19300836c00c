use siskin_fleet::MessageError;
use siskin_model::message::Command;
use siskin_model::{Message, UnixMillis};

use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::openapi::{Description, Shape, message_id, text};
use crate::reader::{LONGEST_TEXT, Reader};
use crate::sending::{Envelope, Sending, describe_sending};

const NOT_OWN_TEXT: &str = "must be an own text message";
const TOO_OLD: &str = "must be a message of the last 15 minutes";

/// Answers the id of the change itself, which waits its turn in the queue.
pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let target = reader.message_id("idMessage");
    let text = reader.text("message", LONGEST_TEXT);
    let chat = reader.finish(chat)?;
    let message = sending.instance.message(&chat, &target).await?;
    let message = message.ok_or(MessageError::UnknownMessage)?;
    require_editable(&message, sending.context.now())?;
    let envelope = Envelope { chat, quoted: None, typing: None };
    sending.accept(members, envelope, Command::Edit { target, text }).await
}

fn require_editable(message: &Message, now: UnixMillis) -> Result<(), ApiError> {
    // Of one that never left there is nothing to be changed.
    let is_text = message.body.content.text().is_some() && !message.never_left();
    if !message.direction.is_outgoing() || !is_text || message.is_deleted {
        return Err(ApiError::member("idMessage", NOT_OWN_TEXT));
    }
    // The time begins when it leaves: the change leaves right behind it.
    if !message.is_waiting() && message.at.plus(Message::EDITABLE) < now {
        return Err(ApiError::member("idMessage", TOO_OLD));
    }
    Ok(())
}

pub(crate) fn describe() -> Description {
    let body = Shape::new()
        .chat()
        .required("idMessage", message_id())
        .required("message", text("The new text.", LONGEST_TEXT));
    describe_sending("A message and its new text.", body)
        .refuses(
            "Validation failed. Details: 'message' length must be less than or equal to 20000 \
             characters long",
        )
        .refuses("Validation failed. Details: 'idMessage' must be an own text message")
        .refuses("Validation failed. Details: 'idMessage' must be a message of the last 15 minutes")
        .refuses("Message not found")
}

#[cfg(test)]
mod tests;
