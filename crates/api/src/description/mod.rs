mod shape;

use serde_json::{Map, Value, json};
use siskin_green_api::refusals;
use utoipa::ToSchema;

pub(crate) use shape::{Shape, flag, message_id, number, object, string};

/// What a method answers, in the terms of OpenAPI. What the table says (name, verb, rate), what
/// the request says of itself, and what is common to all methods is not repeated here.
pub(crate) struct Description {
    /// The 200 answer by media type; empty where the answer is.
    pub content: Value,
    /// The schemas that the others refer to, by name.
    pub schemas: Map<String, Value>,
    /// Members that are not taken; what is said of them is read off.
    pub not_taken: Vec<Value>,
    /// The status and the text of other answers.
    pub refusals: Vec<(u16, &'static str)>,
    pub websocket: bool,
}

impl Description {
    /// The method answers a `T`.
    pub fn answers<T: ToSchema>() -> Self {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        let own = to_value(&T::schema());
        let mut description = if own["type"] == "array" {
            Self::of_schema(own)
        } else {
            Self::answers_schema(&T::name(), own)
        };
        for (name, schema) in parts {
            description.schemas.insert(name, to_value(&schema));
        }
        description
    }

    /// The method answers what the schema of that name says.
    pub fn answers_schema(name: &str, schema: Value) -> Self {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let mut description = Self::of_schema(reference);
        description.schemas.insert(name.to_owned(), schema);
        description
    }

    /// The method answers a list of what the schema of that name says.
    pub fn answers_rows(name: &str, schema: Value) -> Self {
        let mut description = Self::answers_schema(name, schema);
        let answer = &mut description.content["application/json"]["schema"];
        *answer = json!({"type": "array", "items": answer.take()});
        description
    }

    /// The method answers nothing but the status.
    pub fn empty() -> Self {
        Self::of_content(json!({}))
    }

    fn of_schema(schema: Value) -> Self {
        Self::of_content(json!({"application/json": {"schema": schema}}))
    }

    fn of_content(content: Value) -> Self {
        let (schemas, not_taken, refusals) = (Map::new(), Vec::new(), Vec::new());
        Self { content, schemas, not_taken, refusals, websocket: false }
    }

    /// It answers null where there is nothing.
    pub fn or_null(mut self) -> Self {
        let schema = &mut self.content["application/json"]["schema"];
        *schema = json!({"oneOf": [schema.take(), {"type": "null"}]});
        self
    }

    /// It also answers bytes of that media type, if the caller prefers them.
    pub fn also_answers(mut self, kind: &str) -> Self {
        self.content[kind] = json!({"schema": {"type": "string", "format": "binary"}});
        self
    }

    /// It does not take its example with these members in place of those.
    pub fn does_not_take(mut self, members: Value) -> Self {
        self.not_taken.push(members);
        self
    }

    /// It refuses with the status 400 and that text.
    pub fn refuses(self, text: &'static str) -> Self {
        self.fails(400, text)
    }

    /// It refuses with that status and text.
    pub fn fails(mut self, status: u16, text: &'static str) -> Self {
        self.refusals.push((status, text));
        self
    }

    /// It puts something into the queue of what is to be sent.
    pub fn sends(self) -> Self {
        self.fails(403, refusals::SUSPENDED)
    }

    /// It upgrades to a websocket, whose frames are what it answers.
    pub fn websocket(mut self) -> Self {
        self.websocket = true;
        self
    }
}

fn to_value(schema: &impl serde::Serialize) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}
