use serde_json::{Value, json};
use siskin_green_api::invalid;
use siskin_model::text::is_blank;

use super::Kind;
use crate::request::reader::Reader;

/// Whether something is so; in words, their case does not matter.
pub(crate) fn flag() -> Flag {
    Flag
}

pub(crate) struct Flag;

impl Kind for Flag {
    type Value = bool;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<bool> {
        match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => reader.wrong(name, invalid::NO_BOOLEAN),
        }
    }

    fn schema(&self) -> Value {
        json!({"type": "boolean"})
    }

    fn example(&self) -> Value {
        true.into()
    }
}

/// One of a few words, each with what it means.
pub(crate) fn word<T: Copy + 'static>(words: &'static [(&'static str, T)]) -> Word<T> {
    Word(words)
}

pub(crate) struct Word<T: 'static>(&'static [(&'static str, T)]);

impl<T> Word<T> {
    fn words(&self) -> Vec<&'static str> {
        self.0.iter().map(|(word, _)| *word).collect()
    }
}

impl<T: Copy> Kind for Word<T> {
    type Value = T;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<T> {
        let found = self.0.iter().find(|(word, _)| value.as_str() == Some(*word));
        match found {
            Some((_, meaning)) => Some(*meaning),
            None if value.as_str().is_some_and(is_blank) => reader.wrong(name, invalid::EMPTY),
            None => {
                let words = self.words().join(", ");
                reader.wrong(name, &invalid::not_one_of(&words))
            }
        }
    }

    fn schema(&self) -> Value {
        json!({"type": "string", "enum": self.words()})
    }

    fn example(&self) -> Value {
        self.words().into_iter().next().unwrap_or_default().into()
    }
}
