//! Changes of settings, as clients write them.

use serde_json::{Map, Value};
use siskin_model::text::is_blank;

use super::{Secret, Settings, YesNo};
use crate::invalid;

/// The bounds of `delaySendMessagesMilliseconds` (specification, section 1.4).
pub const DELAY_MILLIS: std::ops::RangeInclusive<u64> = 500..=600_000;
/// The bounds of `autoTyping`.
pub const AUTO_TYPING: std::ops::RangeInclusive<u64> = 0..=10;
/// The longest address of a webhook, in bytes: what HTTP software commonly takes.
pub const LONGEST_WEBHOOK_URL: usize = 2048;

/// Why settings were refused, in the vendor's pattern (specification, section 2.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    /// The body has no key.
    #[error("'value' must have at least 1 key")]
    Empty,
    /// A key has a value of the wrong type.
    #[error("'{0}' {1}")]
    Type(&'static str, &'static str),
    /// A flag is neither yes nor no.
    #[error("'{name}' {why}", name = .0, why = invalid::not_one_of("yes, no"))]
    NotYesNo(&'static str),
    /// A number is below its bound.
    #[error("'{name}' {why}", name = .0, why = invalid::too_small(.1))]
    TooSmall(&'static str, u64),
    /// A number is above its bound.
    #[error("'{name}' {why}", name = .0, why = invalid::too_large(.1))]
    TooLarge(&'static str, u64),
    /// A text has characters that no header can carry.
    #[error("'{0}' must not contain control characters")]
    ControlCharacters(&'static str),
    /// The webhook address is not one that can be called.
    #[error("'webhookUrl' {}", invalid::NO_URI)]
    WebhookUrl,
}

impl Settings {
    /// The settings with the keys of `changes` applied; `self` stays as it was, so that a
    /// refused change changes nothing.
    ///
    /// Unknown keys are ignored: old clients send some (specification, section 10, number
    /// 11). So are keys without a value: null, and an empty text where none has a meaning.
    ///
    /// # Errors
    /// The first key that does not fit, in the vendor's words.
    pub fn changed_by(&self, changes: &Map<String, Value>) -> Result<Self, InvalidSettings> {
        if changes.is_empty() {
            return Err(InvalidSettings::Empty);
        }
        let mut new = self.clone();
        for (key, value) in changes {
            new.set(key, value)?;
        }
        Ok(new)
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), InvalidSettings> {
        if value.is_null() {
            return Ok(());
        }
        let is_empty = value.as_str().is_some_and(is_blank);
        if let Some((key, flag)) = self.flag_mut(key) {
            if !is_empty {
                *flag = yes_no(key, value)?;
            }
            return Ok(());
        }
        match key {
            "delaySendMessagesMilliseconds" | "autoTyping" if is_empty => {}
            "webhookUrl" => self.webhook_url = webhook_url(value)?,
            "webhookUrlToken" => {
                self.webhook_url_token = Secret(header_text("webhookUrlToken", value)?);
            }
            "delaySendMessagesMilliseconds" => {
                let key = "delaySendMessagesMilliseconds";
                self.delay_send_messages_milliseconds = number(key, value, DELAY_MILLIS)?;
            }
            "autoTyping" => self.auto_typing = number("autoTyping", value, AUTO_TYPING)?,
            "countryInstance" => self.country_instance = string("countryInstance", value)?,
            "proxyInstance" => self.proxy_instance = string("proxyInstance", value)?,
            // `wid`, `typeInstance`, `typeAccount` (clients send back what they have read)
            // and unknown keys.
            _ => {}
        }
        Ok(())
    }
}

/// A flag, in either way that clients write one. The vendor's own sources model two of them as
/// booleans (section 12, number 12), and people who set one as `true` mean yes with all.
fn yes_no(key: &'static str, value: &Value) -> Result<YesNo, InvalidSettings> {
    let word = match value {
        Value::String(text) => text.trim().to_ascii_lowercase(),
        Value::Bool(on) => on.to_string(),
        _ => return Err(InvalidSettings::Type(key, invalid::NO_STRING)),
    };
    match word.as_str() {
        "yes" | "true" => Ok(YesNo::Yes),
        "no" | "false" => Ok(YesNo::No),
        _ => Err(InvalidSettings::NotYesNo(key)),
    }
}

fn string(key: &'static str, value: &Value) -> Result<String, InvalidSettings> {
    let text = value.as_str().ok_or(InvalidSettings::Type(key, invalid::NO_STRING))?;
    Ok(text.to_owned())
}

fn header_text(key: &'static str, value: &Value) -> Result<String, InvalidSettings> {
    let text = string(key, value)?;
    if text.contains(|c: char| c.is_ascii_control() && c != '\t') {
        return Err(InvalidSettings::ControlCharacters(key));
    }
    Ok(text)
}

fn webhook_url(value: &Value) -> Result<String, InvalidSettings> {
    let text = string("webhookUrl", value)?;
    let callable = || {
        // The parser would forgive spaces and line breaks that others do not.
        let plain = text.len() <= LONGEST_WEBHOOK_URL && !text.contains(char::is_whitespace);
        let url = url::Url::parse(&text).ok().filter(|_| plain)?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(())
    };
    if text.is_empty() || callable().is_some() {
        return Ok(text);
    }
    Err(InvalidSettings::WebhookUrl)
}

fn number<N: TryFrom<u64>>(
    key: &'static str,
    value: &Value,
    bounds: std::ops::RangeInclusive<u64>,
) -> Result<N, InvalidSettings> {
    let wrong_type = InvalidSettings::Type(key, invalid::NO_NUMBER);
    // A text of digits is a number too: clients are free with quotes.
    let number = match value {
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        value => value.as_f64(),
    };
    let number = number.ok_or(wrong_type.clone())?;
    if number < *bounds.start() as f64 {
        return Err(InvalidSettings::TooSmall(key, *bounds.start()));
    }
    if number > *bounds.end() as f64 {
        return Err(InvalidSettings::TooLarge(key, *bounds.end()));
    }
    if number.fract() != 0.0 {
        return Err(InvalidSettings::Type(key, invalid::NO_INTEGER));
    }
    N::try_from(number as u64).map_err(|_| wrong_type)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn change(changes: Value) -> Result<Settings, InvalidSettings> {
        Settings::default().changed_by(changes.as_object().unwrap())
    }

    #[test]
    fn every_flag_can_be_switched_on_by_its_key() {
        for key in Settings::FLAGS {
            let settings = change(json!({ *key: "yes" })).unwrap();
            assert_eq!(serde_json::to_value(&settings).unwrap()[key], "yes");
            assert_eq!(serde_json::to_value(Settings::default()).unwrap()[key], "no");
        }
    }

    #[test]
    fn wrong_values_are_refused_in_the_vendors_pattern() {
        for (changes, text) in [
            (json!({}), "'value' must have at least 1 key"),
            (json!({"stateWebhook": 1}), "'stateWebhook' must be a string"),
            (json!({"stateWebhook": "on"}), "'stateWebhook' must be one of [yes, no]"),
            (json!({"webhookUrl": 5}), "'webhookUrl' must be a string"),
            (json!({"webhookUrl": "ftp://host"}), "'webhookUrl' must be a valid uri"),
            (json!({"webhookUrl": "no address"}), "'webhookUrl' must be a valid uri"),
            (json!({"webhookUrl": "http://host/ "}), "'webhookUrl' must be a valid uri"),
            (
                json!({"webhookUrl": format!("http://host/{}", "a".repeat(2048))}),
                "'webhookUrl' must be a valid uri",
            ),
            (
                json!({"webhookUrlToken": "a\r\nb"}),
                "'webhookUrlToken' must not contain control characters",
            ),
            (
                json!({"delaySendMessagesMilliseconds": 499}),
                "'delaySendMessagesMilliseconds' must be greater than or equal to 500",
            ),
            (
                json!({"delaySendMessagesMilliseconds": 600_001}),
                "'delaySendMessagesMilliseconds' must be less than or equal to 600000",
            ),
            (
                json!({"delaySendMessagesMilliseconds": "soon"}),
                "'delaySendMessagesMilliseconds' must be a number",
            ),
            (
                json!({"delaySendMessagesMilliseconds": "499"}),
                "'delaySendMessagesMilliseconds' must be greater than or equal to 500",
            ),
            (json!({"autoTyping": "1.5"}), "'autoTyping' must be an integer"),
            (json!({"autoTyping": true}), "'autoTyping' must be a number"),
            (json!({"autoTyping": 1.5}), "'autoTyping' must be an integer"),
            (json!({"autoTyping": 11}), "'autoTyping' must be less than or equal to 10"),
        ] {
            assert_eq!(change(changes).unwrap_err().to_string(), text);
        }
    }

    #[test]
    fn every_flag_is_taken_as_a_boolean_and_in_any_case() {
        for key in Settings::FLAGS {
            for (on, off) in [
                (json!("yes"), json!("no")),
                (json!(true), json!(false)),
                (json!("true"), json!("false")),
                (json!("True"), json!("FALSE")),
                (json!("YES"), json!("No")),
            ] {
                let settings = change(json!({ *key: on })).unwrap();
                assert_eq!(serde_json::to_value(&settings).unwrap()[key], "yes");
                let back = settings.changed_by(json!({ *key: off }).as_object().unwrap());
                assert_eq!(serde_json::to_value(back.unwrap()).unwrap()[key], "no");
            }
        }
    }

    #[test]
    fn numbers_are_taken_as_texts() {
        let changes = json!({"delaySendMessagesMilliseconds": " 1000", "autoTyping": "7.0"});
        let settings = change(changes).unwrap();
        let kept = (settings.delay_send_messages_milliseconds, settings.auto_typing);
        assert_eq!(kept, (1000, 7));
    }

    #[test]
    fn a_key_without_a_value_changes_nothing() {
        let before = change(json!({"stateWebhook": "yes", "webhookUrl": "http://host/"})).unwrap();
        let nothing = json!({"stateWebhook": "", "autoTyping": "", "webhookUrl": null,
            "delaySendMessagesMilliseconds": null, "incomingWebhook": null});
        assert_eq!(before.changed_by(nothing.as_object().unwrap()).unwrap(), before);
        let cleared = before.changed_by(json!({"webhookUrl": ""}).as_object().unwrap()).unwrap();
        assert_eq!(cleared.webhook_url, "");
    }

    #[test]
    fn what_was_read_can_be_written_back() {
        let read = json!({"wid": "", "typeInstance": "whatsapp", "stateWebhook": "yes"});
        assert!(change(read).unwrap().state_webhook.is_yes());
    }

    #[test]
    fn the_webhook_credential_does_not_show_in_debug() {
        let settings = change(json!({"webhookUrlToken": "hidden"})).unwrap();
        assert!(!format!("{settings:?}").contains("hidden"));
    }
}
