use serde_json::{Map, Value, json};
use siskin_model::MessageId;

/// The schema of an object in an answer, member by member.
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

    pub fn done(self) -> Value {
        let mut schema = json!({"type": "object", "properties": self.properties});
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        schema
    }
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

pub(crate) fn message_id() -> Value {
    json!({"type": "string", "minLength": MessageId::MIN, "maxLength": MessageId::MAX,
        "description": "The id of a message."})
}
