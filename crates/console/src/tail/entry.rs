use askama::Template;
use serde_json::{Map, Value};
use siskin_green_api::Notification;
use siskin_model::{FileToken, Token};

use crate::moment;
use crate::region::Item;
use crate::texts::Texts;
use crate::words::line;

/// How many characters of a text in a notification are shown; pictures in base64 are long.
const LONGEST: usize = 1000;

#[derive(Template)]
#[template(path = "notification.html")]
struct Entry<'a> {
    t: Texts,
    at: String,
    kind: &'a str,
    message: &'a str,
    chat: &'a str,
    summary: String,
    json: String,
}

/// One notification as it is shown.
pub(super) fn entry(t: Texts, place: u64, notification: &Notification) -> Item {
    let content = Entry {
        t,
        at: moment::short(notification.at),
        kind: notification.type_webhook(),
        message: notification.type_message(),
        chat: notification.chat(),
        summary: line(notification.text()),
        json: serde_json::to_string_pretty(&shown(&notification.body)).unwrap_or_default(),
    };
    Item::new(place.to_string(), &content)
}

/// The body with long texts cut, and without what opens a file: people show their screens.
fn shown(body: &Value) -> Value {
    match body {
        Value::String(text) => Value::String(cut(&masked(text))),
        Value::Array(items) => Value::Array(items.iter().map(shown).collect()),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), shown(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some(_) => {
            let start: String = text.chars().take(LONGEST / 4).collect();
            format!("{start}… ({} bytes)", text.len())
        }
        None => text.to_owned(),
    }
}

/// The address of a stored file without its secret.
fn masked(text: &str) -> String {
    let Some((base, path)) = text.split_once("/files/") else { return text.to_owned() };
    let mut parts = path.splitn(3, '/');
    match (parts.next(), parts.next().and_then(FileToken::parse), parts.next()) {
        (Some(instance), Some(_), Some(name)) => {
            format!("{base}/files/{instance}/{}/{name}", Token::MASK)
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_opens_a_file_is_not_shown() {
        let url = format!("http://host/files/7103000001/{}/a.jpg", "ab".repeat(20));
        let body = shown(&json!({ "messageData": { "fileMessageData": { "downloadUrl": url } } }));
        let shown = &body["messageData"]["fileMessageData"]["downloadUrl"];
        assert_eq!(shown, "http://host/files/7103000001/***/a.jpg");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let cut = cut(&"é".repeat(LONGEST + 1));
        assert!(cut.ends_with("… (2002 bytes)"), "{cut}");
        assert!(cut.len() < LONGEST);
    }
}
