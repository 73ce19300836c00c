//! The form for the settings: which keys stand together, and what was wrong with one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use siskin_green_api::Settings;
use siskin_green_api::settings::InvalidSettings;

use crate::texts::Texts;

/// Keys that belong together, under one heading.
pub(crate) struct Group {
    pub title: &'static str,
    pub text: &'static str,
    pub fields: Vec<Field>,
    pub flags: Vec<Flag>,
    /// Whether it is shown only to those who open it.
    pub folded: bool,
}

/// A key with a text or a number.
pub(crate) struct Field {
    pub key: &'static str,
    pub label: &'static str,
    pub hint: Option<&'static str>,
    /// The type of HTML's input.
    pub kind: &'static str,
    pub value: String,
    /// What is wrong with it, as HTML.
    pub error: Option<String>,
}

/// A key that is on or off.
pub(crate) struct Flag {
    pub key: &'static str,
    pub label: &'static str,
    pub on: bool,
}

/// What stands in the form.
pub(crate) struct Values(BTreeMap<String, String>);

struct Plan {
    title: &'static str,
    text: &'static str,
    fields: &'static [(&'static str, &'static str)],
    flags: &'static [&'static str],
    folded: bool,
}

const NUMBERS: [&str; 2] = ["delaySendMessagesMilliseconds", "autoTyping"];

const PLANS: [Plan; 5] = [
    Plan {
        title: "settings.delivery",
        text: "settings.delivery_text",
        fields: &[("webhookUrl", "url"), ("webhookUrlToken", "text")],
        flags: &[],
        folded: false,
    },
    Plan {
        title: "settings.notify",
        text: "settings.notify_text",
        fields: &[],
        flags: &[
            "incomingWebhook",
            "outgoingMessageWebhook",
            "outgoingAPIMessageWebhook",
            "outgoingWebhook",
            "stateWebhook",
            "pollMessageWebhook",
            "editedMessageWebhook",
            "deletedMessageWebhook",
            "incomingCallWebhook",
            "outgoingCallWebhook",
            "incomingBlockWebhook",
        ],
        folded: false,
    },
    Plan {
        title: "settings.sending",
        text: "settings.sending_text",
        fields: &[("delaySendMessagesMilliseconds", "number"), ("autoTyping", "number")],
        flags: &["linkPreview"],
        folded: false,
    },
    Plan {
        title: "settings.behaviour",
        text: "settings.behaviour_text",
        fields: &[],
        flags: &[
            "markIncomingMessagesReaded",
            "markIncomingMessagesReadedOnReply",
            "keepOnlineStatus",
            "enableLidMode",
        ],
        folded: false,
    },
    Plan {
        title: "settings.compat",
        text: "settings.compat_text",
        fields: &[("countryInstance", "text"), ("proxyInstance", "text")],
        flags: &[
            "deviceWebhook",
            "statusInstanceWebhook",
            "enableMessagesHistory",
            "avatarInfoWebhook",
            "sharedSession",
        ],
        folded: true,
    },
];

impl Values {
    /// The settings as they are.
    pub fn of(settings: &Settings) -> Self {
        let json = serde_json::to_value(settings).unwrap_or_default();
        let entries = json.as_object().into_iter().flatten();
        Self(
            entries
                .map(|(key, value)| {
                    (key.clone(), value.as_str().map_or(value.to_string(), str::to_owned))
                })
                .collect(),
        )
    }

    /// What was sent, right or wrong.
    pub fn posted(fields: &BTreeMap<String, String>) -> Self {
        Self(fields.clone())
    }

    fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }
}

/// The form with these values, in the reader's language.
pub(crate) fn groups(t: Texts, values: &Values, error: Option<&InvalidSettings>) -> Vec<Group> {
    PLANS.iter().map(|plan| group(t, plan, values, error)).collect()
}

fn group(t: Texts, plan: &Plan, values: &Values, error: Option<&InvalidSettings>) -> Group {
    let field = |&(key, kind): &(&'static str, &'static str)| Field {
        key,
        label: label(t, key),
        hint: t.maybe(&format!("settings.{key}_hint")),
        kind,
        value: values.get(key).to_owned(),
        error: error.and_then(|error| wrong(t, key, error)),
    };
    let flag =
        |&key: &&'static str| Flag { key, label: label(t, key), on: values.get(key) == "yes" };
    Group {
        title: t.say(plan.title),
        text: t.say(plan.text),
        fields: plan.fields.iter().map(field).collect(),
        flags: plan.flags.iter().map(flag).collect(),
        folded: plan.folded,
    }
}

fn label(t: Texts, key: &str) -> &'static str {
    t.say(&format!("settings.{key}"))
}

/// What is wrong with a key, if the error is about that one.
fn wrong(t: Texts, field: &str, error: &InvalidSettings) -> Option<String> {
    let (key, text) = match error {
        InvalidSettings::Empty => return None,
        InvalidSettings::Type(key, _) => (*key, t.say("settings.type").to_owned()),
        InvalidSettings::NotYesNo(key) => (*key, t.say("settings.yesno").to_owned()),
        InvalidSettings::TooSmall(key, bound) => (*key, t.with("settings.small", "bound", bound)),
        InvalidSettings::TooLarge(key, bound) => (*key, t.with("settings.large", "bound", bound)),
        InvalidSettings::ControlCharacters(key) => (*key, t.say("settings.control").to_owned()),
        InvalidSettings::WebhookUrl => ("webhookUrl", t.say("settings.url").to_owned()),
    };
    (key == field).then_some(text)
}

/// The change that a form asks for: a box that is not ticked is not sent, and means no.
pub(crate) fn changes(fields: &BTreeMap<String, String>) -> Map<String, Value> {
    let mut changes = Map::new();
    for plan in &PLANS {
        for &(key, _) in plan.fields {
            if let Some(text) = fields.get(key) {
                changes.insert(key.to_owned(), value(key, text.trim()));
            }
        }
        for &key in plan.flags {
            let on = if fields.contains_key(key) { "yes" } else { "no" };
            changes.insert(key.to_owned(), on.into());
        }
    }
    changes
}

/// What is no number stays a text, and the model says so.
fn value(key: &str, text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) if NUMBERS.contains(&key) => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::language::Language;

    #[test]
    fn every_setting_is_in_the_form_once_and_has_a_label_in_every_language() {
        let json = serde_json::to_value(Settings::default()).unwrap();
        let all: BTreeSet<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let keys = PLANS.iter().flat_map(|plan| {
            plan.fields.iter().map(|(key, _)| *key).chain(plan.flags.iter().copied())
        });
        let keys: Vec<_> = keys.collect();
        assert_eq!(keys.iter().copied().collect::<BTreeSet<_>>(), all);
        assert_eq!(keys.len(), all.len());
        for language in Language::ALL {
            for key in &keys {
                assert_ne!(label(Texts::of(language), key), "", "{language:?} {key}");
            }
        }
    }

    #[test]
    fn a_form_is_read_back_as_it_was_shown() {
        let settings = Settings::for_people();
        let shown: BTreeMap<_, _> =
            Values::of(&settings).0.into_iter().filter(|(_, value)| value != "no").collect();
        assert_eq!(Settings::default().changed_by(&changes(&shown)), Ok(settings));
    }
}
