//! Reads the members of a request one after the other and remembers everything that is wrong
//! with them: the vendor tells all of it at once (specification, section 12, number 8).
//!
//! The words are those of the specification, section 2.2. They are the patterns of Joi, the
//! library that the vendor's server checks with; what the specification does not list is told
//! in the words which that library has for it. Members that nobody asks for are ignored
//! (section 10, number 11), and so are optional ones that are null or have nothing to see in
//! them.

mod message;

use std::ops::RangeInclusive;

use serde_json::Value;
use siskin_model::text::{is_blank, trimmed};

use crate::error::ApiError;
use crate::fields::{self, Members};

pub(crate) use message::{LONGEST_TEXT, TYPING_MILLIS};

/// How many problems are told of one request.
const MOST_TOLD: usize = 20;

/// What a reader found to be wrong has no value; until [`Reader::finish`] refuses, something
/// empty stands for it.
pub(crate) struct Reader<'a> {
    members: &'a Members,
    /// What stands before a member's name: `contact.` inside of `contact`.
    path: String,
    problems: Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn of(members: &'a Members) -> Self {
        Self { members, path: String::new(), problems: Vec::new() }
    }

    /// The value, if nothing was wrong with any member.
    ///
    /// # Errors
    /// With everything that was wrong, in the order of reading.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(ApiError::validation(self.problems.join(", "))),
        }
    }

    /// Something is wrong with a member.
    pub fn problem(&mut self, name: &str, what: &str) {
        self.tell(format!("'{}{name}' {what}", self.path));
    }

    fn tell(&mut self, problem: String) {
        if self.problems.len() < MOST_TOLD {
            self.problems.push(problem);
        }
    }

    /// Takes over a result of [`fields`].
    fn checked<T>(&mut self, result: Result<T, ApiError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(ApiError::Validation(problem)) => {
                self.tell(problem);
                None
            }
            Err(other) => {
                self.tell(other.to_string());
                None
            }
        }
    }

    fn label(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// A member that is neither absent nor null nor a blank text.
    fn given(&self, name: &str) -> Option<&'a Value> {
        let value = self.members.get(name)?;
        (!value.is_null() && !value.as_str().is_some_and(is_blank)).then_some(value)
    }

    /// A member that must be there.
    fn wanted(&mut self, name: &str) -> Option<&'a Value> {
        let found = self.members.get(name);
        if found.is_none() {
            self.problem(name, "is required");
        }
        found
    }

    /// A text that must be there and not be blank: nobody sees what has nothing in it to see.
    pub fn text(&mut self, name: &str, longest: usize) -> String {
        let Some(value) = self.wanted(name) else { return String::new() };
        if value.as_str().is_some_and(is_blank) {
            self.problem(name, "is not allowed to be empty");
            return String::new();
        }
        self.text_of(name, value, longest)
    }

    /// The same without white space at its ends, which is not counted either.
    pub fn trimmed_text(&mut self, name: &str, longest: usize) -> String {
        match self.members.get(name) {
            Some(Value::String(text)) if !is_blank(text) => {
                self.text_within(name, trimmed(text), longest)
            }
            _ => self.text(name, longest),
        }
    }

    /// A text; empty where there is none, or nothing in it to see.
    pub fn optional_text(&mut self, name: &str, longest: usize) -> String {
        self.given(name).map(|value| self.text_of(name, value, longest)).unwrap_or_default()
    }

    fn text_of(&mut self, name: &str, value: &Value, longest: usize) -> String {
        match value {
            Value::String(text) => self.text_within(name, text, longest),
            _ => {
                self.problem(name, "must be a string");
                String::new()
            }
        }
    }

    fn text_within(&mut self, name: &str, text: &str, longest: usize) -> String {
        if text.chars().count() > longest {
            let bound = format!("length must be less than or equal to {longest}");
            self.problem(name, &format!("{bound} characters long"));
            return String::new();
        }
        text.to_owned()
    }

    /// A text that must be there; a whole number stands for its digits.
    pub fn text_or_integer(&mut self, name: &str, longest: usize) -> String {
        match self.members.get(name) {
            Some(Value::Number(number)) if !number.is_f64() => number.to_string(),
            _ => self.text(name, longest),
        }
    }

    /// Whether something is so, where the request says; in words, their case does not matter.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.given(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                self.problem(name, "must be a boolean");
                None
            }
        }
    }

    /// One of a few words; its position among them.
    pub fn word(&mut self, name: &str, words: &[&str]) -> Option<usize> {
        let value = self.given(name)?;
        let found = value.as_str().and_then(|text| words.iter().position(|word| *word == text));
        if found.is_none() {
            self.problem(name, &format!("must be one of [{}]", words.join(", ")));
        }
        found
    }

    /// A whole number within bounds.
    pub fn integer(&mut self, name: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let value = self.given(name)?;
        let result = fields::bounded(value, &self.label(name), bounds);
        self.checked(result)
    }

    /// A whole number; one outside of bounds that nobody has to keep is taken as the nearest.
    pub fn clamped(&mut self, name: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let value = self.given(name)?;
        let result = fields::clamped(value, &self.label(name), bounds);
        self.checked(result)
    }

    /// A whole number, not below the least one that has a meaning. What is above the most that
    /// there can be is as good as that.
    pub fn at_least(&mut self, name: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let value = self.given(name)?;
        let result = fields::clamped(value, &self.label(name), 0..=*bounds.end());
        let number = self.checked(result)?;
        if number < *bounds.start() {
            let least = bounds.start();
            self.problem(name, &format!("must be greater than or equal to {least}"));
        }
        Some(number)
    }

    /// A whole number within bounds that must be there.
    pub fn wanted_integer(&mut self, name: &str, bounds: RangeInclusive<u64>) -> u64 {
        let Some(value) = self.wanted(name) else { return 0 };
        let result = fields::bounded(value, &self.label(name), bounds);
        self.checked(result).unwrap_or_default()
    }

    /// A number within bounds that must be there.
    pub fn number(&mut self, name: &str, bounds: RangeInclusive<i32>) -> f64 {
        let Some(value) = self.wanted(name) else { return 0.0 };
        let number = fields::number(value, &self.label(name));
        let Some(number) = self.checked(number) else { return 0.0 };
        let (least, most) = (*bounds.start(), *bounds.end());
        if number < f64::from(least) {
            self.problem(name, &format!("must be greater than or equal to {least}"));
        } else if number > f64::from(most) {
            self.problem(name, &format!("must be less than or equal to {most}"));
        }
        number
    }

    /// A number to be dialed that must be there, as a number or as digits.
    pub fn dialed(&mut self, name: &str) -> String {
        let result = fields::dialed(self.members.get(name), &self.label(name));
        self.checked(result).unwrap_or_default()
    }

    /// An address of the web that must be there.
    pub fn web_address(&mut self, name: &str) -> String {
        let address = self.text(name, LONGEST_TEXT);
        let parsed = url::Url::parse(&address).ok();
        let is_web = parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web && !address.is_empty() {
            self.problem(name, "must be a valid uri");
        }
        address
    }

    /// Reads an object, if there is one.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Reader<'a>) -> T) -> Option<T> {
        let value = self.given(name)?;
        self.inside(name, value, read)
    }

    /// Reads an object that must be there.
    pub fn wanted_object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Reader<'a>) -> T,
    ) -> Option<T> {
        let value = self.wanted(name)?;
        self.inside(name, value, read)
    }

    fn inside<T>(
        &mut self,
        name: &str,
        value: &'a Value,
        read: impl FnOnce(&mut Reader<'a>) -> T,
    ) -> Option<T> {
        let Value::Object(members) = value else {
            self.problem(name, "must be of type object");
            return None;
        };
        let problems = std::mem::take(&mut self.problems);
        let mut inner = Reader { members, path: format!("{}{name}.", self.path), problems };
        let read = read(&mut inner);
        self.problems = inner.problems;
        Some(read)
    }

    /// The items of an array that must be there, if there are as many as there may be.
    pub fn items(&mut self, name: &str, count: RangeInclusive<usize>) -> &'a [Value] {
        match self.wanted(name) {
            None => &[],
            Some(Value::Array(items)) if count.contains(&items.len()) => items,
            Some(Value::Array(items)) => {
                let (least, most) = (*count.start(), *count.end());
                let bound = match items.len() < least {
                    true => format!("must contain at least {least} items"),
                    false => format!("must contain less than or equal to {most} items"),
                };
                self.problem(name, &bound);
                &[]
            }
            Some(_) => {
                self.problem(name, "must be an array");
                &[]
            }
        }
    }

    /// Reads an array of objects that must be there.
    pub fn objects<T>(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        mut read: impl FnMut(&mut Reader<'a>) -> T,
    ) -> Vec<T> {
        let items = self.items(name, count).iter().enumerate();
        let read = |(at, value)| self.inside(&format!("{name}[{at}]"), value, &mut read);
        items.filter_map(read).collect()
    }

    /// No two items of an array may be the same.
    pub fn distinct<T: PartialEq>(&mut self, name: &str, items: &[T]) {
        for (at, item) in items.iter().enumerate() {
            if items.iter().take(at).any(|earlier| earlier == item) {
                self.problem(&format!("{name}[{at}]"), "contains a duplicate value");
            }
        }
    }
}

#[cfg(test)]
mod tests;
