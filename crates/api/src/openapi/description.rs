use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// What a method takes and answers, in the terms of OpenAPI. What the table says (name,
/// verb, rate) and what is common to all methods is not repeated here.
pub(crate) struct Description {
    /// The 200 answer by media type.
    pub content: Value,
    /// The schemas that the others refer to, by name.
    pub schemas: Map<String, Value>,
    pub query: Vec<Value>,
    /// What the JSON body is, and its schema.
    pub body: Option<(&'static str, Value)>,
    /// Texts of 400 answers.
    pub refusals: Vec<&'static str>,
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

    fn of_schema(schema: Value) -> Self {
        Self {
            content: json!({"application/json": {"schema": schema}}),
            schemas: Map::new(),
            query: Vec::new(),
            body: None,
            refusals: Vec::new(),
            websocket: false,
        }
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

    /// It takes a number in the query string.
    pub fn query(
        mut self,
        name: &str,
        about: &str,
        bounds: RangeInclusive<u64>,
        default: u64,
    ) -> Self {
        let (minimum, maximum) = (bounds.start(), bounds.end());
        let schema = json!({"type": "integer", "minimum": minimum, "maximum": maximum,
            "default": default});
        self.query
            .push(json!({"name": name, "in": "query", "description": about, "schema": schema}));
        self
    }

    /// It takes a JSON body.
    pub fn body(mut self, about: &'static str, schema: Value) -> Self {
        self.body = Some((about, schema));
        self
    }

    /// It refuses with the status 400 and that text.
    pub fn refuses(mut self, text: &'static str) -> Self {
        self.refusals.push(text);
        self
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
