use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};
use siskin_model::MessageId;

use crate::reader::TYPING_MILLIS;

/// The schema of an object, member by member, with those that many methods take.
#[derive(Default)]
pub(crate) struct Shape {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Shape {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn required(mut self, name: &str, schema: Value) -> Self {
        self.required.push(name.to_owned());
        self.optional(name, schema)
    }

    pub fn optional(mut self, name: &str, schema: Value) -> Self {
        self.properties.insert(name.to_owned(), schema);
        self
    }

    pub fn chat(self) -> Self {
        self.required("chatId", chat_id("The chat."))
    }

    pub fn quoted(self) -> Self {
        let mut id = message_id();
        id["description"] = "A known message of the chat, to be answered.".into();
        self.optional("quotedMessageId", id)
    }

    pub fn typing(self) -> Self {
        let (least, most) = (TYPING_MILLIS.start(), TYPING_MILLIS.end());
        let schema = json!({"type": "integer", "minimum": least, "maximum": most,
            "description": "For how many milliseconds an indicator is shown first."});
        self.optional("typingTime", schema)
    }

    pub fn typing_of_kind(self) -> Self {
        let kind = json!({"type": "string", "enum": ["typing", "recording"],
            "description": "Which indicator is shown."});
        self.typing().optional("typingType", kind)
    }

    pub fn done(self) -> Value {
        let mut schema = json!({"type": "object", "properties": self.properties});
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        schema
    }
}

pub(crate) fn text(about: &str, longest: usize) -> Value {
    json!({"type": "string", "maxLength": longest, "description": about})
}

pub(crate) fn string(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

pub(crate) fn flag(about: &str) -> Value {
    json!({"type": "boolean", "description": about})
}

pub(crate) fn number(about: &str) -> Value {
    json!({"type": "integer", "description": about})
}

pub(crate) fn object(about: &str) -> Value {
    json!({"type": "object", "description": about})
}

pub(crate) fn list(about: &str, count: RangeInclusive<usize>, item: Value) -> Value {
    json!({"type": "array", "minItems": count.start(), "maxItems": count.end(), "items": item,
        "description": about})
}

/// The bytes of a part of a form.
pub(crate) fn file() -> Value {
    json!({"type": "string", "format": "binary", "description": "The file."})
}

pub(crate) fn chat_id(about: &str) -> Value {
    json!({"type": "string", "example": "15550100002@c.us", "description": about})
}

pub(crate) fn message_id() -> Value {
    json!({"type": "string", "minLength": MessageId::MIN, "maxLength": MessageId::MAX,
        "description": "The id of a message."})
}
