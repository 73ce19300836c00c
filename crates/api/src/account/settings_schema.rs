use serde_json::{Map, Value, json};
use siskin_green_api::Settings;
use siskin_green_api::settings::{AUTO_TYPING, DELAY_MILLIS};

/// Settings in the terms of OpenAPI, read off the settings themselves, so that a new key
/// needs no second list.
pub(crate) fn settings_schema() -> Value {
    let mut properties = Map::new();
    for key in ["wid", "typeInstance", "typeAccount"] {
        properties.insert(key.into(), json!({"type": "string", "readOnly": true}));
    }
    let defaults = serde_json::to_value(Settings::for_partner()).unwrap_or_default();
    for (key, default) in defaults.as_object().into_iter().flatten() {
        properties.insert(key.clone(), property(key, default));
    }
    json!({"type": "object", "properties": properties})
}

fn property(key: &str, default: &Value) -> Value {
    match key {
        _ if Settings::FLAGS.contains(&key) => {
            json!({"type": "string", "enum": ["yes", "no"], "default": default})
        }
        "delaySendMessagesMilliseconds" => integer(&DELAY_MILLIS, default),
        "autoTyping" => integer(&AUTO_TYPING, default),
        _ => json!({"type": "string", "default": default}),
    }
}

fn integer(bounds: &std::ops::RangeInclusive<u64>, default: &Value) -> Value {
    json!({
        "type": "integer",
        "minimum": bounds.start(),
        "maximum": bounds.end(),
        "default": default,
    })
}
