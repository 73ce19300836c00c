use serde_json::{Value, json};
use siskin_green_api::invalid;
use siskin_model::FileName;
use siskin_model::text::{is_blank, trimmed};

use super::Kind;
use crate::request::json::MAX_BYTES;
use crate::request::reader::Reader;

/// The longest text or caption, in characters (specification, section 1.4).
pub(crate) const LONGEST_TEXT: usize = 20_000;
/// The longest name of a file, in characters; what is longer is cut.
const LONGEST_FILE_NAME: usize = 255;
/// What texts say in examples.
const EXAMPLE: &str = "Hello";

/// A text of at most so many characters that shows something.
pub(crate) fn text(longest: usize) -> Text {
    Text { longest, shape: Shape::AsItIs }
}

/// The same without white space at its ends, which is not counted either.
pub(crate) fn trimmed_text(longest: usize) -> Text {
    Text { longest, shape: Shape::Trimmed }
}

/// A text; a whole number stands for its digits.
pub(crate) fn id_text(longest: usize) -> Text {
    Text { longest, shape: Shape::OrInteger }
}

pub(crate) struct Text {
    longest: usize,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    AsItIs,
    Trimmed,
    OrInteger,
}

impl Kind for Text {
    type Value = String;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<String> {
        match value {
            Value::Number(number) if self.shape == Shape::OrInteger && !number.is_f64() => {
                Some(number.to_string())
            }
            Value::String(text) if is_blank(text) => reader.wrong(name, invalid::EMPTY),
            Value::String(text) if self.shape == Shape::Trimmed => {
                within(reader, name, trimmed(text), self.longest)
            }
            Value::String(text) => within(reader, name, text, self.longest),
            _ => reader.wrong(name, invalid::NO_STRING),
        }
    }

    fn schema(&self) -> Value {
        let kind = match self.shape {
            Shape::OrInteger => json!(["string", "integer"]),
            Shape::AsItIs | Shape::Trimmed => json!("string"),
        };
        // What is as long as a body can be has no bound of its own.
        match self.longest {
            MAX_BYTES => json!({"type": kind}),
            longest => json!({"type": kind, "maxLength": longest}),
        }
    }

    fn example(&self) -> Value {
        match self.shape {
            Shape::OrInteger => "1".into(),
            Shape::AsItIs | Shape::Trimmed => EXAMPLE.into(),
        }
    }
}

fn within(reader: &mut Reader<'_>, name: &str, text: &str, longest: usize) -> Option<String> {
    if text.chars().count() > longest {
        let bound = invalid::too_long(longest);
        return reader.wrong(name, &bound);
    }
    Some(text.to_owned())
}

/// An address of the web.
pub(crate) fn web_address() -> WebAddress {
    WebAddress
}

pub(crate) struct WebAddress;

impl Kind for WebAddress {
    type Value = String;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<String> {
        let address = text(LONGEST_TEXT).read(reader, name, value)?;
        let parsed = url::Url::parse(&address).ok();
        match parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
            true => Some(address),
            false => reader.wrong(name, invalid::NO_URI),
        }
    }

    fn schema(&self) -> Value {
        json!({"type": "string", "format": "uri", "maxLength": LONGEST_TEXT})
    }

    fn example(&self) -> Value {
        "https://shop.example/invoice.pdf".into()
    }
}

/// The name of a file. A longer one is not refused, but cut.
pub(crate) fn file_name_text() -> FileNameText {
    FileNameText
}

pub(crate) struct FileNameText;

impl Kind for FileNameText {
    type Value = FileName;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<FileName> {
        text(LONGEST_TEXT).read(reader, name, value).map(FileName::from)
    }

    fn schema(&self) -> Value {
        json!({"type": "string", "maxLength": LONGEST_FILE_NAME})
    }

    fn example(&self) -> Value {
        "invoice.pdf".into()
    }
}
