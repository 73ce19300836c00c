use serde_json::Value;

/// A member.
pub(crate) struct Declared {
    pub name: String,
    pub presence: Presence,
    /// What it is for, in one line.
    pub about: &'static str,
    /// What its value may be, in the terms of OpenAPI.
    pub schema: Value,
    /// What it has in the example of the request; none: it is left out there.
    pub example: Option<Value>,
    /// The members of its value, or of each of its items.
    pub inner: Vec<Declared>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// One of those that are marked so has to be there.
    OneOf,
}

impl Declared {
    /// The schema of the value, with the description.
    pub fn property(&self) -> Value {
        let mut property = self.schema.clone();
        if !self.about.is_empty() {
            property["description"] = self.about.into();
        }
        property
    }
}
