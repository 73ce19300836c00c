//! The members that many methods take.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use siskin_green_api::invalid;
use siskin_model::message::{Typing, TypingKind};
use siskin_model::{ChatId, MessageId};

use super::combined::members;
use super::declared::{Declared, Presence};
use super::form::FormFile;
use super::kind::Kind;
use super::kind::choice::word;
use super::kind::identifier::{chat_id, message_id, readable_chat_id};
use super::kind::number::{integer, number};
use super::member::Member;
use super::named::{optional, required};
use super::reader::Reader;
use super::request;

/// How long an indicator may be shown, in milliseconds (specification, section 1.4).
const TYPING_MILLIS: RangeInclusive<u64> = 1000..=20_000;

const TYPING_TYPES: [(&str, TypingKind); 2] =
    [("typing", TypingKind::Typing), ("recording", TypingKind::Recording)];

/// A chat that can be written to.
pub(crate) fn chat() -> impl Member<Value = ChatId> {
    required("chatId", chat_id(), "The chat.")
}

/// A chat that can be read: the feed of statuses too.
pub(crate) fn readable_chat() -> impl Member<Value = ChatId> {
    required("chatId", readable_chat_id(), "The chat.")
}

/// The message that a call is about.
pub(crate) fn id_message() -> impl Member<Value = MessageId> {
    required("idMessage", message_id(), "The id of a message.")
}

/// The same, if it is about one.
pub(crate) fn optional_id_message() -> impl Member<Value = Option<MessageId>> {
    optional("idMessage", message_id(), "The id of a message.")
}

/// The message that is answered, if one is.
pub(crate) fn quoted() -> impl Member<Value = Option<MessageId>> {
    optional("quotedMessageId", message_id(), "A known message of the chat, to be answered.")
}

/// What is shown before a message is sent, if anything is.
pub(crate) fn typing() -> impl Member<Value = Option<Typing>> {
    typing_millis().map(|millis| shown(millis, TypingKind::Typing))
}

/// The same, where the caller may say that it is a voice message that comes.
pub(crate) fn typing_of_kind() -> impl Member<Value = Option<Typing>> {
    members::<TypingOfKind>().map(|typing| shown(typing.millis, typing.kind))
}

request! {
    /// An indicator, and which one it is.
    struct TypingOfKind {
        millis: Option<u32> = typing_millis(),
        kind: TypingKind = typing_type(),
    }
}

fn typing_millis() -> impl Member<Value = Option<u32>> {
    let about = "For how many milliseconds an indicator is shown first.";
    optional("typingTime", typing_time(), about)
}

/// Which indicator is shown.
pub(crate) fn typing_type() -> impl Member<Value = TypingKind> {
    optional("typingType", word(&TYPING_TYPES), "Which indicator is shown.")
        .map(Option::unwrap_or_default)
}

fn shown(millis: Option<u32>, kind: TypingKind) -> Option<Typing> {
    millis.filter(|millis| *millis > 0).map(|millis| Typing { millis, kind })
}

/// For how many milliseconds an indicator is shown. 0 is for not at all: the vendor's n8n node
/// sends it with every message (specification, section 10, number 11).
pub(crate) fn typing_time() -> TypingTime {
    TypingTime
}

pub(crate) struct TypingTime;

impl Kind for TypingTime {
    type Value = u32;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<u32> {
        if number(value) == Some(0.0) {
            return Some(0);
        }
        let millis = integer(TYPING_MILLIS).read(reader, name, value)?;
        u32::try_from(millis).ok()
    }

    fn schema(&self) -> Value {
        integer(TYPING_MILLIS).schema()
    }

    fn example(&self) -> Value {
        integer(TYPING_MILLIS).example()
    }
}

/// The file of a form. What came of it is gone where the request is refused.
pub(crate) fn file() -> impl Member<Value = FormFile> {
    File
}

struct File;

impl Member for File {
    type Value = FormFile;

    fn read(&self, reader: &mut Reader<'_>) -> Option<FormFile> {
        match reader.take_file() {
            None => reader.wrong("file", invalid::REQUIRED),
            Some(file) if file.arriving.is_empty() => reader.wrong("file", invalid::EMPTY),
            file => file,
        }
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        to.push(Declared {
            name: "file".to_owned(),
            presence: Presence::Required,
            about: "The file.",
            schema: json!({"type": "string", "format": "binary"}),
            example: None,
            inner: Vec::new(),
        });
    }

    fn is_file(&self) -> bool {
        true
    }
}
