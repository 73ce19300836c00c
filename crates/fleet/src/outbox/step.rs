use siskin_model::message::Direction;
use siskin_model::{ChatId, Message, MessageId, MessageStatus, UnixMillis};

use crate::port::Refused;
use crate::port::SendError;

/// A step of an outgoing message that is to be recorded and told.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) chat: ChatId,
    pub(crate) id: MessageId,
    pub(crate) status: MessageStatus,
    pub(crate) description: String,
    pub(crate) at: UnixMillis,
    /// Whether it was sent through the gateway.
    pub(crate) by_api: bool,
}

impl Step {
    /// A step of a message that was sent through the gateway.
    pub(super) fn of_api(
        chat: ChatId,
        id: MessageId,
        status: MessageStatus,
        at: UnixMillis,
    ) -> Self {
        Self { chat, id, status, description: String::new(), at, by_api: true }
    }

    /// A step of a message of the journal.
    pub(super) fn of(message: &Message, status: MessageStatus, at: UnixMillis) -> Self {
        Self {
            chat: message.chat.clone(),
            id: message.id.clone(),
            status,
            description: String::new(),
            at,
            by_api: message.direction == Direction::Api,
        }
    }
}

/// What a failure means to the owner of the message.
pub(super) fn failure(error: &SendError) -> (MessageStatus, String) {
    let status = match error {
        SendError::NotInGroup => MessageStatus::NotInGroup,
        SendError::NoAccount => MessageStatus::NoAccount,
        SendError::Offline | SendError::Busy(_) | SendError::Impossible(_) => MessageStatus::Failed,
    };
    (status, error.to_string())
}

/// What a refusal means to the owner of the message.
pub(super) fn refusal(refused: Refused) -> (MessageStatus, String) {
    match refused {
        Refused::NotInGroup => {
            (MessageStatus::NotInGroup, "the account is not in the group".to_owned())
        }
        Refused::NoAccount => {
            (MessageStatus::NoAccount, "the number has no WhatsApp account".to_owned())
        }
        Refused::Restricted(code) => (
            MessageStatus::YellowCard,
            format!("WhatsApp restricts this account from writing to new chats (error {code})"),
        ),
        Refused::Other(code) => {
            (MessageStatus::Failed, format!("WhatsApp refused the message (error {code})"))
        }
    }
}
