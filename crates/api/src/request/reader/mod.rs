//! Reads the members of a request one after the other and remembers everything that is wrong
//! with them: the vendor tells all of it at once (specification, section 12, number 8).
//!
//! The words are those of the specification, section 2.2. They are the patterns of Joi, the
//! library that the vendor's server checks with; what the specification does not list is told
//! in the words which that library has for it. Members that nobody asks for are ignored
//! (section 10, number 11), and so are optional ones that are null or have nothing to see in
//! them.

use serde_json::Value;
use siskin_model::text::is_blank;

use super::declared::Declared;
use super::form::FormFile;
use crate::call::JsonObject;
use crate::error::ApiError;

/// How many problems are told of one request.
const MOST_TOLD: usize = 20;
/// What the vendor calls the whole of a request.
const WHOLE: &str = "value";

/// A part of a request, or all of it: a struct that `request!` declares.
pub(crate) trait Members: Sized + Send + 'static {
    /// What it is, in one line.
    const ABOUT: &'static str;

    fn declare(to: &mut Vec<Declared>);

    /// Reads every member. `None`: something is wrong, and the reader knows what.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;

    /// Whether it has a file, which comes in a form.
    fn is_form() -> bool;
}

/// Reads a request of its members and, of a form, its file.
///
/// # Errors
/// With everything that was wrong, in the order of reading.
pub(super) fn read<M: Members>(
    members: &JsonObject,
    mut file: Option<FormFile>,
) -> Result<M, ApiError> {
    let mut problems = Problems::default();
    let mut reader = Reader::new(members, &mut file, String::new(), &mut problems);
    let request = M::read(&mut reader);
    if let Some(lacking) = reader.lacking() {
        reader.problem(WHOLE, &lacking);
    }
    match (request, problems.refusal) {
        (Some(request), None) if problems.told.is_empty() => Ok(request),
        (_, Some(refusal)) if problems.told.is_empty() => Err(ApiError::Refused(refusal.into())),
        _ => Err(ApiError::validation(problems.told.join(", "))),
    }
}

#[derive(Default)]
struct Problems {
    told: Vec<String>,
    /// What is said, outside of the form of validation errors, where nothing else is wrong.
    refusal: Option<&'static str>,
}

/// The members of an object, and what was found to be wrong with them.
pub(crate) struct Reader<'a> {
    members: &'a JsonObject,
    file: &'a mut Option<FormFile>,
    /// What stands before a member's name: `contact.` inside of `contact`.
    path: String,
    problems: &'a mut Problems,
    /// Members of which one has to be there.
    alternatives: Vec<&'static str>,
    /// What tells the object from the others of a list.
    key: Option<String>,
    /// The key of the object inside of this one that was read last.
    inner_key: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(
        members: &'a JsonObject,
        file: &'a mut Option<FormFile>,
        path: String,
        problems: &'a mut Problems,
    ) -> Self {
        let (alternatives, key, inner_key) = (Vec::new(), None, None);
        Self { members, file, path, problems, alternatives, key, inner_key }
    }

    /// Something is wrong with a member.
    pub fn problem(&mut self, name: &str, what: &str) {
        self.tell(format!("'{}{name}' {what}", self.path));
    }

    /// The same; nothing can be read of it.
    pub fn wrong<T>(&mut self, name: &str, what: &str) -> Option<T> {
        self.problem(name, what);
        None
    }

    /// The same of digits, which the vendor tells in a form of its own.
    pub fn wrong_format<T>(&mut self, name: &str, what: &str) -> Option<T> {
        self.tell(format!("Wrong format. '{}{name}' {what}", self.path));
        None
    }

    /// Something is wrong that is told in words of its own.
    pub fn tell(&mut self, problem: String) {
        if self.problems.told.len() < MOST_TOLD {
            self.problems.told.push(problem);
        }
    }

    /// Something is wrong that is told in plain text, if nothing else is.
    pub fn refuse<T>(&mut self, text: &'static str) -> Option<T> {
        self.problems.refusal.get_or_insert(text);
        None
    }

    /// All members, as they came.
    pub fn all(&self) -> &'a JsonObject {
        self.members
    }

    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name)
    }

    /// A member that is neither absent nor null nor a blank text.
    pub fn given(&self, name: &str) -> Option<&'a Value> {
        let value = self.get(name)?;
        (!value.is_null() && !value.as_str().is_some_and(is_blank)).then_some(value)
    }

    /// The file of a form, which is there once.
    pub fn take_file(&mut self) -> Option<FormFile> {
        self.file.take()
    }

    /// One of several members of which one has to be there.
    pub fn note_alternative(&mut self, name: &'static str) {
        self.alternatives.push(name);
    }

    /// What is wrong where none of them is there.
    fn lacking(&self) -> Option<String> {
        let is_lacking = !self.alternatives.is_empty()
            && self.alternatives.iter().all(|name| self.given(name).is_none());
        let names = || self.alternatives.join(", ");
        is_lacking.then(|| format!("must contain at least one of [{}]", names()))
    }

    /// What tells the object from the others of a list.
    pub fn note_key(&mut self, key: &str) {
        self.key = Some(key.to_owned());
    }

    /// The key of the object that was read last.
    pub fn take_inner_key(&mut self) -> Option<String> {
        self.inner_key.take()
    }

    /// Reads the object that a member is.
    pub fn inside<M: Members>(&mut self, name: &str, members: &JsonObject) -> Option<M> {
        let path = format!("{}{name}.", self.path);
        let mut inner = Reader::new(members, self.file, path, self.problems);
        let object = M::read(&mut inner);
        let (lacking, key) = (inner.lacking(), inner.key);
        self.inner_key = key;
        if let Some(lacking) = lacking {
            self.problem(name, &lacking);
        }
        object
    }
}

#[cfg(test)]
pub(super) mod tests;
