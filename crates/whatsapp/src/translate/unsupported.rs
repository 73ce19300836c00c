//! Kinds of messages that WhatsApp has and the API has no word for: told by name, with what
//! text they have.

use serde_json::Value;
use siskin_model::Content;
use siskin_model::message::Unsupported;
use waproto::whatsapp as wa;

use super::silent::is_silent;

/// Where such messages have a text, by the names of the engine's types.
const TEXTS: [&str; 9] = [
    "text",
    "caption",
    "body",
    "name",
    "title",
    "description",
    "content_text",
    "message",
    "order_title",
];

pub(super) fn read(message: &wa::Message) -> Option<Content> {
    // The names of members are not to be had in another way than by writing them all down;
    // messages that come here are rare.
    let Ok(Value::Object(members)) = serde_json::to_value(message) else { return None };
    let (name, value) =
        members.iter().find(|(name, value)| !is_empty(value) && !is_silent(name))?;
    Some(Content::Unsupported(Unsupported { kind: camel_case(name), text: text_in(value) }))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn text_in(value: &Value) -> String {
    let texts = TEXTS.iter().filter_map(|name| value.get(name)?.as_str());
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

/// `event_message` as WhatsApp writes it: `eventMessage`.
fn camel_case(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    for (index, word) in name.split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => result.extend(first.to_uppercase()),
            Some(first) => result.push(first),
            None => {}
        }
        result.push_str(letters.as_str());
    }
    result
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_event_is_told_by_name_with_its_own() {
        let message = wa::Message {
            event_message: buffa::MessageField::some(wa::message::EventMessage {
                name: Some("Picnic".to_owned()),
                ..Default::default()
            }),
            ..Default::default()
        };
        let Content::Unsupported(unsupported) = read(&message).unwrap() else {
            unreachable!("nothing else is made here")
        };
        assert_eq!(
            (unsupported.kind.as_str(), unsupported.text.as_str()),
            ("eventMessage", "Picnic")
        );
    }

    #[test]
    fn keys_and_settings_are_not_told() {
        let message = wa::Message {
            conversation: Some(String::new()),
            album_message: buffa::MessageField::some(wa::message::AlbumMessage::default()),
            message_context_info: buffa::MessageField::some(wa::MessageContextInfo::default()),
            ..Default::default()
        };
        assert_eq!(read(&message), None);
        assert_eq!(read(&wa::Message::default()), None);
    }
}
