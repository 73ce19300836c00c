use rusqlite::{Connection, Row, params};
use siskin_model::{ChatId, InstanceId, Person};
use siskin_store::Result;

use crate::message_row::chat;
use crate::query::execute;
use crate::rows::{get, key, optional_text, text};

/// Adds a person who is not known, unless the instance is gone.
pub(crate) fn insert_person(db: &Connection, id: InstanceId, person: &Person) -> Result<()> {
    execute(
        db,
        "INSERT INTO person (instance, id, lid, name, contact_name)
         SELECT id, ?, ?, ?, ? FROM instance WHERE id = ?",
        params![
            person.id.as_str(),
            person.lid.as_ref().map(ChatId::as_str),
            person.name,
            person.contact_name,
            key(id),
        ],
    )?;
    Ok(())
}

/// Reads a person.
pub(crate) fn person(row: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: chat(text(row, "id")?)?,
        lid: optional_text(row, "lid")?.map(chat).transpose()?,
        name: get(row, "name")?,
        contact_name: get(row, "contact_name")?,
    })
}
