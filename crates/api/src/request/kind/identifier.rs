//! The ids of chats and messages.

use serde_json::{Value, json};
use siskin_model::{ChatId, ChatKind, MessageId};

use super::Kind;
use super::text::{LONGEST_TEXT, text};
use crate::request::reader::Reader;

const CHAT_FORMATS: &str = "must be one of the next formats: 'phone_number@c.us', \
                            'chat_id@lid' or 'group_id@g.us'";
/// What is said of an id that is too short, whatever its member is called.
const MESSAGE_ID_TOO_SHORT: &str = "'message id' must be at least 16 symbols";

/// A chat that can be written to.
pub(crate) fn chat_id() -> Chat {
    Chat { may: |chat| chat.kind() != ChatKind::Status }
}

/// A chat that can be read: the feed of statuses too.
pub(crate) fn readable_chat_id() -> Chat {
    Chat { may: |_| true }
}

pub(crate) struct Chat {
    may: fn(&ChatId) -> bool,
}

impl Kind for Chat {
    type Value = ChatId;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<ChatId> {
        let text = text(LONGEST_TEXT).read(reader, name, value)?;
        let chat = ChatId::parse(&text).filter(self.may);
        chat.or_else(|| reader.wrong(name, CHAT_FORMATS))
    }

    fn schema(&self) -> Value {
        json!({"type": "string", "example": self.example()})
    }

    fn example(&self) -> Value {
        "15550100002@c.us".into()
    }
}

/// The id of a message.
pub(crate) fn message_id() -> Message {
    Message
}

pub(crate) struct Message;

impl Kind for Message {
    type Value = MessageId;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<MessageId> {
        let text = text(MessageId::MAX).read(reader, name, value)?;
        if text.chars().count() < MessageId::MIN {
            reader.tell(MESSAGE_ID_TOO_SHORT.to_owned());
            return None;
        }
        Some(MessageId::from_text(text))
    }

    fn schema(&self) -> Value {
        json!({"type": "string", "minLength": MessageId::MIN, "maxLength": MessageId::MAX,
            "description": "The id of a message."})
    }

    fn example(&self) -> Value {
        "BAE5F4886F6F2D05".into()
    }
}
