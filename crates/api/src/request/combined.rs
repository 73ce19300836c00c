//! Members that are made of others.

use std::marker::PhantomData;

use serde_json::Value;

use super::declared::{Declared, Presence};
use super::member::Member;
use super::reader::{Members, Reader};

/// A member that has to be there where another one is that word, and else is not looked at.
pub(crate) fn when<M: Member>(name: &'static str, word: &'static str, member: M) -> When<M> {
    When { name, word, member }
}

pub(crate) struct When<M> {
    name: &'static str,
    word: &'static str,
    member: M,
}

impl<M: Member> Member for When<M> {
    type Value = Option<M::Value>;

    fn read(&self, reader: &mut Reader<'_>) -> Option<Option<M::Value>> {
        match reader.get(self.name).and_then(Value::as_str) == Some(self.word) {
            true => self.member.read(reader).map(Some),
            false => Some(None),
        }
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        let other = to.iter().find(|member| member.name == self.name);
        let is_shown = other.is_some_and(|other| other.example == Some(self.word.into()));
        let mut own = Vec::new();
        self.member.declare(&mut own);
        to.extend(own.into_iter().map(|member| Declared {
            presence: Presence::Optional,
            example: member.example.filter(|_| is_shown),
            ..member
        }));
    }
}

/// The members of another struct among those of this one.
pub(crate) fn members<M: Members>() -> impl Member<Value = M> {
    Among(PhantomData)
}

struct Among<M>(PhantomData<fn() -> M>);

impl<M: Members> Member for Among<M> {
    type Value = M;

    fn read(&self, reader: &mut Reader<'_>) -> Option<M> {
        M::read(reader)
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        M::declare(to);
    }

    fn is_file(&self) -> bool {
        M::is_form()
    }
}
