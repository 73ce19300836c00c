//! A message of a phone as the phone API shows it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use buffa::Message as _;
use serde_json::{Map, Value, json};
use waproto::whatsapp as wa;

use super::Row;
use crate::content::describe;

impl Row {
    /// The message with what was done to it since; with the protobuf where it is asked for.
    pub fn to_json(&self, raw: bool) -> Value {
        let message = wa::Message::decode_from_slice(&self.message).unwrap_or_default();
        let mut fields = describe(&message);
        if let Some(edited) = &self.edited {
            let edited = wa::Message::decode_from_slice(&edited.0).unwrap_or_default();
            let mut new = describe(&edited);
            new.remove("kind");
            fields.extend(new);
            fields.insert("edited".to_owned(), true.into());
        }
        fields.extend(self.frame());
        if raw {
            fields.insert("raw".to_owned(), BASE64_STANDARD.encode(&self.message).into());
        }
        Value::Object(fields)
    }

    fn frame(&self) -> Map<String, Value> {
        let mut frame = Map::new();
        let mut put = |key: &str, value: Value| frame.insert(key.to_owned(), value);
        put("seq", self.seq.into());
        put("id", self.id.as_str().into());
        put("chatId", self.chat.as_str().into());
        put("from", self.from.as_str().into());
        put("fromMe", self.from_me.into());
        put("senderName", self.name.as_str().into());
        put("timestamp", self.timestamp.into());
        put("status", json!(self.status));
        put("addressing", if self.by_lid { "lid" } else { "pn" }.into());
        if self.deleted {
            put("deleted", true.into());
        }
        if !self.reactions.is_empty() {
            let reactions = self.reactions.iter();
            let list = reactions.map(|(from, text)| json!({ "from": from, "text": text }));
            put("reactions", list.collect());
        }
        if !self.votes.is_empty() {
            let votes = self.votes.iter();
            let list = votes.map(|(from, options)| json!({ "from": from, "options": options }));
            put("votes", list.collect());
        }
        if let Some(target) = &self.target {
            put("targetId", target.as_str().into());
        }
        if let Some(chosen) = &self.chosen {
            put("options", json!(chosen));
        }
        frame
    }
}
