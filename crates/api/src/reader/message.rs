//! The members that messages have.

use serde_json::Value;
use siskin_model::message::{Typing, TypingKind};
use siskin_model::{ChatId, ChatKind, MessageId};

use super::Reader;
use crate::fields;

/// The longest text or caption, in characters (specification, section 1.4).
pub(crate) const LONGEST_TEXT: usize = 20_000;
/// How long an indicator may be shown, in milliseconds (specification, section 1.4).
pub(crate) const TYPING_MILLIS: std::ops::RangeInclusive<u64> = 1000..=20_000;

const CHAT_FORMATS: &str = "must be one of the next formats: 'phone_number@c.us', \
                            'chat_id@lid' or 'group_id@g.us'";
/// What is said of an id that is too short, whatever its member is called.
const MESSAGE_ID_TOO_SHORT: &str = "'message id' must be at least 16 symbols";
/// The words of `typingType`, in the order of [`TYPING_KINDS`].
const TYPING_WORDS: [&str; 2] = ["typing", "recording"];
const TYPING_KINDS: [TypingKind; 2] = [TypingKind::Typing, TypingKind::Recording];

impl Reader<'_> {
    /// A chat that can be written to.
    pub fn chat(&mut self, name: &str) -> Option<ChatId> {
        self.chat_if(name, |chat| chat.kind() != ChatKind::Status)
    }

    /// A chat that can be read: the feed of statuses too.
    pub fn readable_chat(&mut self, name: &str) -> Option<ChatId> {
        self.chat_if(name, |_| true)
    }

    fn chat_if(&mut self, name: &str, may: impl FnOnce(&ChatId) -> bool) -> Option<ChatId> {
        let before = self.problems.len();
        let text = self.text(name, LONGEST_TEXT);
        let chat = ChatId::parse(&text).filter(may);
        if chat.is_none() && self.problems.len() == before {
            self.problem(name, CHAT_FORMATS);
        }
        chat
    }

    /// The id of a message that must be there.
    pub fn message_id(&mut self, name: &str) -> MessageId {
        let before = self.problems.len();
        let text = self.text(name, MessageId::MAX);
        if self.problems.len() == before {
            self.check_message_id(&text);
        }
        MessageId::from_text(text)
    }

    /// The id of a message, if there is one.
    pub fn optional_message_id(&mut self, name: &str) -> Option<MessageId> {
        self.given(name).map(|_| self.message_id(name))
    }

    /// The ids of messages in an array that must be there and not be empty.
    pub fn message_ids(&mut self, name: &str) -> Vec<MessageId> {
        let mut ids = Vec::new();
        for (at, value) in self.items(name, 1..=usize::MAX).iter().enumerate() {
            match value {
                Value::String(text) if !text.is_empty() => {
                    self.check_message_id(text);
                    ids.push(MessageId::from_text(text.as_str()));
                }
                Value::String(_) => {
                    self.problem(&format!("{name}[{at}]"), "is not allowed to be empty");
                }
                _ => self.problem(&format!("{name}[{at}]"), "must be a string"),
            }
        }
        ids
    }

    fn check_message_id(&mut self, text: &str) {
        if text.chars().count() < MessageId::MIN {
            self.tell(MESSAGE_ID_TOO_SHORT.to_owned());
        }
    }

    /// The message that is answered, if one is.
    pub fn quoted(&mut self) -> Option<MessageId> {
        self.optional_message_id("quotedMessageId")
    }

    /// What is shown before a message is sent, if anything is.
    pub fn typing(&mut self) -> Option<Typing> {
        let millis = self.typing_millis().filter(|millis| *millis > 0)?;
        Some(Typing { millis, kind: TypingKind::Typing })
    }

    /// For how long an indicator is shown, where the request says. 0 is for not at all: the
    /// vendor's n8n node sends it with every message (specification, section 10, number 11).
    pub fn typing_millis(&mut self) -> Option<u32> {
        let value = self.given("typingTime")?;
        let is_none = fields::number(value, "typingTime").is_ok_and(|millis| millis == 0.0);
        let millis = if is_none { 0 } else { self.integer("typingTime", TYPING_MILLIS)? };
        u32::try_from(millis).ok()
    }

    /// The same, where the caller may say that it is a voice message that comes.
    pub fn typing_of_kind(&mut self) -> Option<Typing> {
        let typing = self.typing();
        let kind = self.typing_kind();
        typing.map(|typing| Typing { kind, ..typing })
    }

    /// Which indicator is shown.
    pub fn typing_kind(&mut self) -> TypingKind {
        let word = self.word("typingType", &TYPING_WORDS);
        word.and_then(|at| TYPING_KINDS.get(at)).copied().unwrap_or_default()
    }
}
