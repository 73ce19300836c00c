//! Members that are a name and a value.

use std::marker::PhantomData;

use serde_json::Value;
use siskin_green_api::invalid;

use super::declared::{Declared, Presence};
use super::kind::Kind;
use super::member::Member;
use super::reader::Reader;

/// A member that is a name and a value; `P`: whether it has to be there.
pub(crate) struct Named<K, P> {
    name: &'static str,
    kind: K,
    about: &'static str,
    example: Option<&'static str>,
    presence: PhantomData<P>,
}

pub(crate) struct Required;
pub(crate) struct Optional;
pub(crate) struct OneOf;
pub(crate) struct Key;

/// A member that has to be there.
pub(crate) fn required<K: Kind>(
    name: &'static str,
    kind: K,
    about: &'static str,
) -> Named<K, Required> {
    Named::new(name, kind, about)
}

/// A member that may be left out, also by null or by a text that shows nothing.
pub(crate) fn optional<K: Kind>(
    name: &'static str,
    kind: K,
    about: &'static str,
) -> Named<K, Optional> {
    Named::new(name, kind, about)
}

/// One of several of which one has to be there: those of an object that are marked so.
pub(crate) fn one_of<K: Kind>(name: &'static str, kind: K, about: &'static str) -> Named<K, OneOf> {
    Named::new(name, kind, about)
}

/// A member that has to be there, with a value that no other object of the list has.
pub(crate) fn key<K: Kind>(name: &'static str, kind: K, about: &'static str) -> Named<K, Key> {
    Named::new(name, kind, about)
}

impl<K: Kind, P> Named<K, P> {
    fn new(name: &'static str, kind: K, about: &'static str) -> Self {
        Self { name, kind, about, example: None, presence: PhantomData }
    }

    /// What it has in the example of the request; of a list, as JSON.
    pub fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    fn read_wanted(&self, reader: &mut Reader<'_>) -> Option<K::Value> {
        match reader.get(self.name) {
            Some(value) => self.kind.read(reader, self.name, value),
            None => reader.wrong(self.name, invalid::REQUIRED),
        }
    }

    fn read_given(&self, reader: &mut Reader<'_>) -> Option<Option<K::Value>> {
        match reader.given(self.name) {
            Some(value) => self.kind.read(reader, self.name, value).map(Some),
            None => Some(None),
        }
    }

    /// `shown`: whether it is in the example where it has none of its own.
    fn declared(&self, presence: Presence, shown: bool) -> Declared {
        let own = self.example.map(|text| self.kind.written_example(text));
        Declared {
            name: self.name.to_owned(),
            presence,
            about: self.about,
            schema: self.kind.schema(),
            example: own.or_else(|| shown.then(|| self.kind.example())),
            inner: self.kind.inner(),
        }
    }
}

impl<K: Kind> Member for Named<K, Required> {
    type Value = K::Value;

    fn read(&self, reader: &mut Reader<'_>) -> Option<K::Value> {
        self.read_wanted(reader)
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        to.push(self.declared(Presence::Required, true));
    }
}

impl<K: Kind> Member for Named<K, Optional> {
    type Value = Option<K::Value>;

    fn read(&self, reader: &mut Reader<'_>) -> Option<Option<K::Value>> {
        self.read_given(reader)
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        to.push(self.declared(Presence::Optional, false));
    }
}

impl<K: Kind> Member for Named<K, OneOf> {
    type Value = Option<K::Value>;

    fn read(&self, reader: &mut Reader<'_>) -> Option<Option<K::Value>> {
        reader.note_alternative(self.name);
        self.read_given(reader)
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        let is_first = to.iter().all(|member| member.presence != Presence::OneOf);
        to.push(self.declared(Presence::OneOf, is_first));
    }
}

impl<K: Kind<Value = String>> Member for Named<K, Key> {
    type Value = String;

    fn read(&self, reader: &mut Reader<'_>) -> Option<String> {
        let key = self.read_wanted(reader)?;
        reader.note_key(&key);
        Some(key)
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        to.push(self.declared(Presence::Required, true));
    }
}

impl<K: Kind> Named<K, Optional> {
    /// What stands for it where it is left out.
    pub fn or(self, default: K::Value) -> Or<K> {
        Or { member: self, default }
    }
}

impl<K: Kind<Value = String>> Named<K, Optional> {
    /// An empty text where it is left out.
    pub fn or_empty(self) -> impl Member<Value = String> {
        self.map(Option::unwrap_or_default)
    }
}

pub(crate) struct Or<K: Kind> {
    member: Named<K, Optional>,
    default: K::Value,
}

impl<K: Kind> Member for Or<K>
where
    K::Value: Clone + Into<Value>,
{
    type Value = K::Value;

    fn read(&self, reader: &mut Reader<'_>) -> Option<K::Value> {
        self.member.read(reader).map(|given| given.unwrap_or_else(|| self.default.clone()))
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        let mut declared = self.member.declared(Presence::Optional, false);
        declared.schema["default"] = self.default.clone().into();
        to.push(declared);
    }
}
