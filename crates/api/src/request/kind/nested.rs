use std::marker::PhantomData;
use std::ops::RangeInclusive;

use serde_json::{Value, json};
use siskin_green_api::invalid;

use super::Kind;
use crate::request::declaration::Declaration;
use crate::request::declared::Declared;
use crate::request::reader::{Members, Reader};

/// An object with members of its own.
pub(crate) fn object<M: Members>() -> Object<M> {
    Object(PhantomData)
}

pub(crate) struct Object<M>(PhantomData<fn() -> M>);

impl<M: Members> Kind for Object<M> {
    type Value = M;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<M> {
        match value {
            Value::Object(members) => reader.inside(name, members),
            _ => reader.wrong(name, invalid::NO_OBJECT),
        }
    }

    fn schema(&self) -> Value {
        Declaration::of::<M>().schema()
    }

    fn example(&self) -> Value {
        Declaration::of::<M>().example()
    }

    fn inner(&self) -> Vec<Declared> {
        Declaration::of::<M>().members
    }
}

/// As many items of a kind as `count` says.
pub(crate) fn list<K: Kind>(count: RangeInclusive<usize>, item: K) -> List<K> {
    List { count, item }
}

pub(crate) struct List<K> {
    count: RangeInclusive<usize>,
    item: K,
}

impl<K: Kind> Kind for List<K> {
    type Value = Vec<K::Value>;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<Vec<K::Value>> {
        let Value::Array(items) = value else { return reader.wrong(name, invalid::NO_ARRAY) };
        let (least, most) = (*self.count.start(), *self.count.end());
        if items.len() < least {
            return reader.wrong(name, &invalid::too_few(least));
        }
        if items.len() > most {
            return reader.wrong(name, &invalid::too_many(most));
        }
        let (mut read, mut keys) = (Vec::new(), Vec::new());
        for (at, item) in items.iter().enumerate() {
            read.push(self.item.read(reader, &format!("{name}[{at}]"), item));
            keys.push(reader.take_inner_key());
        }
        tell_duplicates(reader, name, keys);
        read.into_iter().collect()
    }

    fn schema(&self) -> Value {
        let (least, most) = (self.count.start(), *self.count.end());
        let mut schema = json!({"type": "array", "minItems": least, "items": self.item.schema()});
        if most != usize::MAX {
            schema["maxItems"] = most.into();
        }
        schema
    }

    fn example(&self) -> Value {
        vec![self.item.example(); *self.count.start()].into()
    }

    fn written_example(&self, example: &'static str) -> Value {
        serde_json::from_str(example).unwrap_or_default()
    }

    fn inner(&self) -> Vec<Declared> {
        self.item.inner()
    }
}

/// No two objects have the same key. Where one has none, that is told, and not this.
fn tell_duplicates(reader: &mut Reader<'_>, name: &str, keys: Vec<Option<String>>) {
    let Some(keys) = keys.into_iter().collect::<Option<Vec<String>>>() else { return };
    for (at, key) in keys.iter().enumerate() {
        if keys.iter().take(at).any(|earlier| earlier == key) {
            reader.problem(&format!("{name}[{at}]"), "contains a duplicate value");
        }
    }
}
