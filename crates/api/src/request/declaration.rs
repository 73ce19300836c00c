use serde_json::{Value, json};

use super::declared::{Declared, Presence};
use super::reader::{self, Members};
use crate::call::JsonObject;

/// What a request says of itself.
pub(crate) struct Declaration {
    /// What it is, in one line.
    pub about: &'static str,
    pub members: Vec<Declared>,
    pub carrier: Carrier,
    /// What is said of members, if they are not taken.
    pub refusal: fn(&JsonObject) -> Option<String>,
}

/// What members come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// The query string of a GET; else a JSON body.
    Plain,
    /// A form with a file.
    Form,
    /// A body that is the file itself, or a form.
    BytesOrForm,
}

impl Declaration {
    pub fn of<M: Members>() -> Self {
        let carrier = if M::is_form() { Carrier::Form } else { Carrier::Plain };
        let refusal = |members: &JsonObject| {
            let refused = reader::read::<M>(members, None).err();
            refused.map(|error| error.to_string())
        };
        let mut members = Vec::new();
        M::declare(&mut members);
        Self { about: M::ABOUT.trim(), members, carrier, refusal }
    }

    /// What is said where none of it comes.
    pub fn lacking(&self) -> Option<String> {
        (self.refusal)(&JsonObject::new())
    }

    /// What is said of the example with other members in place of its own. `None`: it is taken.
    pub fn refusal_of(&self, other: &Value) -> Option<String> {
        let given = [self.example(), other.clone()].into_iter();
        let given = given.filter_map(|part| part.as_object().cloned()).flatten();
        (self.refusal)(&given.collect())
    }

    /// The names of the parts of a form that are text: all but the file.
    pub fn texts(&self) -> Vec<&str> {
        let texts = self.members.iter().filter(|member| member.schema["format"] != "binary");
        texts.map(|member| member.name.as_str()).collect()
    }

    /// The schema of the object that has the members.
    pub fn schema(&self) -> Value {
        let property = |member: &Declared| (member.name.clone(), member.property());
        let properties: JsonObject = self.members.iter().map(property).collect();
        let required = self.members.iter().filter(|it| it.presence == Presence::Required);
        let required: Vec<&str> = required.map(|member| member.name.as_str()).collect();
        let mut schema = json!({"type": "object", "properties": properties});
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }

    /// An object that has what is required.
    pub fn example(&self) -> Value {
        let given = |member: &Declared| Some((member.name.clone(), member.example.clone()?));
        Value::Object(self.members.iter().filter_map(given).collect())
    }
}
