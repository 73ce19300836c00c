use serde_json::json;
use siskin_fleet::MessageError;
use siskin_green_api::refusals;
use siskin_model::message::Command;
use siskin_model::{ChatId, Message, MessageId, UnixMillis};

use crate::call::Answer;
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{LONGEST_TEXT, chat, id_message, request, required, text};
use crate::sending::{Envelope, Sending, describe_sending};

const NOT_OWN_TEXT: &str = "must be an own text message";
const TOO_OLD: &str = "must be a message of the last 15 minutes";

request! {
    /// A message and its new text.
    pub(crate) struct EditMessage {
        chat: ChatId = chat(),
        target: MessageId = id_message(),
        text: String = required("message", text(LONGEST_TEXT), "The new text."),
    }
}

/// Answers the id of the change itself, which waits its turn in the queue.
pub(crate) async fn handle(sending: Sending, request: EditMessage) -> Answer {
    let EditMessage { chat, target, text } = request;
    let message = sending.instance.message(&chat, &target).await?;
    let message = message.ok_or(MessageError::UnknownMessage)?;
    require_editable(&message, sending.context.now())?;
    let envelope = Envelope { chat, quoted: None, typing: None };
    sending.accept(envelope, Command::Edit { target, text }).await
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
    describe_sending()
        .does_not_take(json!({"message": "x".repeat(20_001)}))
        .refuses("Validation failed. Details: 'idMessage' must be an own text message")
        .refuses("Validation failed. Details: 'idMessage' must be a message of the last 15 minutes")
        .refuses(refusals::UNKNOWN_MESSAGE)
}

#[cfg(test)]
mod tests;
