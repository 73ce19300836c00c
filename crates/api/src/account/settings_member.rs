use serde_json::{Value, json};
use siskin_green_api::Settings;
use siskin_green_api::settings::InvalidSettings;

use super::settings_schema::settings_schema;
use crate::call::JsonObject;
use crate::request::{Declared, Member, Presence, Reader};

/// Every key of the settings, each as a member of its own.
pub(crate) fn settings() -> impl Member<Value = JsonObject> {
    SettingsMembers { may_be_none: true }
}

/// The same; some key has to be there.
pub(crate) fn changed_settings() -> impl Member<Value = JsonObject> {
    SettingsMembers { may_be_none: false }
}

struct SettingsMembers {
    may_be_none: bool,
}

impl Member for SettingsMembers {
    type Value = JsonObject;

    fn read(&self, reader: &mut Reader<'_>) -> Option<JsonObject> {
        let given = reader.all();
        if given.is_empty() && !self.may_be_none {
            reader.tell(InvalidSettings::Empty.to_string());
            return None;
        }
        let problems: Vec<_> =
            given.iter().filter_map(|(key, value)| refusal(key, value)).collect();
        if problems.is_empty() {
            return Some(given.clone());
        }
        problems.into_iter().for_each(|problem| reader.tell(problem.to_string()));
        None
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        let schema = settings_schema();
        let properties = schema["properties"].as_object().into_iter().flatten();
        to.extend(properties.map(|(key, schema)| Declared {
            name: key.clone(),
            presence: Presence::Optional,
            about: "",
            schema: schema.clone(),
            example: (key == "incomingWebhook").then(|| "yes".into()),
            inner: Vec::new(),
        }));
    }
}

/// What is wrong with one setting, whatever the others are.
fn refusal(key: &str, value: &Value) -> Option<InvalidSettings> {
    let alone = json!({ key: value });
    Settings::default().changed_by(alone.as_object()?).err()
}
