use async_trait::async_trait;
use rusqlite::{Connection, params};
use siskin_model::{ChatId, InstanceId, Person};
use siskin_store::{People, Result};

use crate::SqliteStore;
use crate::join::{join, join_spelling};
use crate::person_row::{insert_person, person};
use crate::query::{execute, first};
use crate::rows::key;

/// A name that is not empty replaces the old one.
const NEW_NAMES: &str = "UPDATE person SET
        name = CASE ?1 WHEN '' THEN name ELSE ?1 END,
        contact_name = CASE ?2 WHEN '' THEN contact_name ELSE ?2 END
    WHERE instance = ?3 AND (id = ?4 OR lid = ?4)";

#[async_trait]
impl People for SqliteStore {
    async fn learn(&self, id: InstanceId, people: Vec<Person>) -> Result<()> {
        self.write(move |db| people.iter().try_for_each(|person| learn(db, id, person))).await
    }

    async fn learn_spelling(&self, id: InstanceId, number: &ChatId, account: Person) -> Result<()> {
        let number = number.clone();
        self.write(move |db| {
            learn(db, id, &account)?;
            join_spelling(db, id, &number, &account.id)
        })
        .await
    }

    async fn forget_spellings(&self, id: InstanceId, account: &ChatId) -> Result<()> {
        let account = account.clone();
        self.write(move |db| {
            let sql = "DELETE FROM spelling WHERE instance = ? AND account = ?";
            execute(db, sql, params![key(id), account.as_str()])?;
            Ok(())
        })
        .await
    }

    async fn save_contact_name(&self, id: InstanceId, person: &ChatId, name: &str) -> Result<()> {
        let (person, name) = (person.clone(), name.to_owned());
        self.write(move |db| save_contact_name(db, id, &person, &name)).await
    }

    async fn person(&self, id: InstanceId, address: &ChatId) -> Result<Option<Person>> {
        let address = address.clone();
        self.read(move |db| {
            // Several searches: with OR, SQLite would read all persons of the instance.
            let sql = "SELECT * FROM person WHERE instance = ?1 AND id = ?2 UNION ALL
                SELECT * FROM person WHERE instance = ?1 AND lid = ?2 UNION ALL
                SELECT person.* FROM spelling JOIN person
                    ON person.instance = spelling.instance AND person.id = spelling.account
                    WHERE spelling.instance = ?1 AND spelling.number = ?2 LIMIT 1";
            first(db, sql, params![key(id), address.as_str()], person)
        })
        .await
    }
}

fn learn(db: &Connection, id: InstanceId, new: &Person) -> Result<()> {
    let lid = new.lid.as_ref().filter(|lid| lid.is_lid() && !new.id.is_lid());
    if let Some(lid) = lid {
        join(db, id, &new.id, lid)?;
    }
    let names = params![new.name, new.contact_name, key(id), new.id.as_str()];
    if execute(db, NEW_NAMES, names)? == 0 {
        insert_person(db, id, &Person { lid: lid.cloned(), ..new.clone() })?;
    }
    Ok(())
}

fn save_contact_name(db: &Connection, id: InstanceId, person: &ChatId, name: &str) -> Result<()> {
    let sql = "UPDATE person SET contact_name = ?1 WHERE instance = ?2 AND (id = ?3 OR lid = ?3)";
    let known = execute(db, sql, params![name, key(id), person.as_str()])?;
    if known == 0 && !name.is_empty() {
        let (name, contact_name) = (String::new(), name.to_owned());
        insert_person(db, id, &Person { id: person.clone(), lid: None, name, contact_name })?;
    }
    Ok(())
}
