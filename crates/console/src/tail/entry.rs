use askama::Template;
use serde_json::{Map, Value};
use siskin_model::{FileToken, Notification, Token};

use crate::moment;
use crate::region::Item;
use crate::talk::line;
use crate::texts::Texts;

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
    gist: String,
    json: String,
}

/// One notification as it is shown.
pub(super) fn entry(t: Texts, place: u64, notification: &Notification) -> Item {
    let body = &notification.body;
    let content = Entry {
        t,
        at: moment::short(notification.at),
        kind: text(body, "/typeWebhook"),
        message: text(body, "/messageData/typeMessage"),
        chat: chat(body),
        gist: line(gist(body)),
        json: serde_json::to_string_pretty(&shown(body)).unwrap_or_default(),
    };
    Item::new(place.to_string(), &content)
}

fn text<'a>(body: &'a Value, pointer: &str) -> &'a str {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn chat(body: &Value) -> &str {
    let places = ["/senderData/chatId", "/chatId", "/from"];
    places.map(|place| text(body, place)).into_iter().find(|t| !t.is_empty()).unwrap_or_default()
}

/// What it says in one line: the first of what its kind may have.
fn gist(body: &Value) -> &str {
    const PLACES: [&str; 16] = [
        "/status",
        "/stateInstance",
        "/statusInstance",
        "/messageData/textMessageData/textMessage",
        "/messageData/extendedTextMessageData/text",
        "/messageData/fileMessageData/caption",
        "/messageData/fileMessageData/fileName",
        "/messageData/locationMessageData/nameLocation",
        "/messageData/contactMessageData/displayName",
        "/messageData/pollMessageData/name",
        "/messageData/editedMessageData/textMessage",
        "/messageData/editedMessageData/caption",
        "/messageData/deletedMessageData/stanzaId",
        "/messageData/buttonsResponseMessage/selectedButtonText",
        "/messageData/listResponseMessage/title",
        "/messageData/groupInviteMessageData/groupName",
    ];
    PLACES.map(|place| text(body, place)).into_iter().find(|t| !t.is_empty()).unwrap_or_default()
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
        let shown = text(&body, "/messageData/fileMessageData/downloadUrl");
        assert_eq!(shown, "http://host/files/7103000001/***/a.jpg");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let cut = cut(&"é".repeat(LONGEST + 1));
        assert!(cut.ends_with("… (2002 bytes)"), "{cut}");
        assert!(cut.len() < LONGEST);
    }

    #[test]
    fn each_kind_is_told_in_a_line() {
        let message = json!({ "messageData": { "textMessageData": { "textMessage": "hi" } } });
        assert_eq!(gist(&message), "hi");
        assert_eq!(gist(&json!({ "stateInstance": "authorized" })), "authorized");
        assert_eq!(chat(&json!({ "senderData": { "chatId": "1@c.us" } })), "1@c.us");
    }
}
