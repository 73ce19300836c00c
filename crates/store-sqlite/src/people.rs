use async_trait::async_trait;
use siskin_model::{ChatId, InstanceId, Person};
use siskin_store::{People, Result};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::join::join;
use crate::message_row::chat;
use crate::rows::{get, key};
use crate::{SqliteStore, database};

/// A name that is not empty replaces the old one.
const NEW_NAMES: &str = "UPDATE person SET
        name = CASE ?1 WHEN '' THEN name ELSE ?1 END,
        contact_name = CASE ?2 WHEN '' THEN contact_name ELSE ?2 END
    WHERE instance = ?3 AND (id = ?4 OR lid = ?4)";

#[async_trait]
impl People for SqliteStore {
    async fn learn(&self, id: InstanceId, people: Vec<Person>) -> Result<()> {
        self.write(move |db| {
            Box::pin(async move {
                for person in &people {
                    learn(db, id, person).await?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn save_contact_name(&self, id: InstanceId, person: &ChatId, name: &str) -> Result<()> {
        let (person, name) = (person.clone(), name.to_owned());
        self.write(move |db| {
            Box::pin(async move { save_contact_name(db, id, &person, &name).await })
        })
        .await
    }

    async fn person(&self, id: InstanceId, address: &ChatId) -> Result<Option<Person>> {
        // Two searches: with OR, SQLite would read all persons of the instance.
        let row = sqlx::query(
            "SELECT * FROM person WHERE instance = ?1 AND id = ?2 UNION ALL
             SELECT * FROM person WHERE instance = ?1 AND lid = ?2 LIMIT 1",
        )
        .bind(key(id))
        .bind(address.as_str())
        .fetch_optional(&self.readers)
        .await
        .map_err(database)?;
        row.as_ref().map(person).transpose()
    }
}

async fn learn(db: &mut SqliteConnection, id: InstanceId, new: &Person) -> Result<()> {
    let lid = new.lid.as_ref().filter(|lid| lid.is_lid() && !new.id.is_lid());
    if let Some(lid) = lid {
        join(db, id, &new.id, lid).await?;
    }
    let known = sqlx::query(NEW_NAMES)
        .bind(&new.name)
        .bind(&new.contact_name)
        .bind(key(id))
        .bind(new.id.as_str())
        .execute(&mut *db)
        .await
        .map_err(database)?;
    if known.rows_affected() == 0 {
        let person = Person { lid: lid.cloned(), ..new.clone() };
        insert_person(db, id, &person).await?;
    }
    Ok(())
}

async fn save_contact_name(
    db: &mut SqliteConnection,
    id: InstanceId,
    person: &ChatId,
    name: &str,
) -> Result<()> {
    let known = sqlx::query(
        "UPDATE person SET contact_name = ?1 WHERE instance = ?2 AND (id = ?3 OR lid = ?3)",
    )
    .bind(name)
    .bind(key(id))
    .bind(person.as_str())
    .execute(&mut *db)
    .await
    .map_err(database)?;
    if known.rows_affected() == 0 && !name.is_empty() {
        let (name, contact_name) = (String::new(), name.to_owned());
        let person = Person { id: person.clone(), lid: None, name, contact_name };
        insert_person(db, id, &person).await?;
    }
    Ok(())
}

/// Adds a person who is not known, unless the instance is gone.
pub(crate) async fn insert_person(
    db: &mut SqliteConnection,
    id: InstanceId,
    person: &Person,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO person (instance, id, lid, name, contact_name)
         SELECT id, ?, ?, ?, ? FROM instance WHERE id = ?",
    )
    .bind(person.id.as_str())
    .bind(person.lid.as_ref().map(ChatId::as_str))
    .bind(&person.name)
    .bind(&person.contact_name)
    .bind(key(id))
    .execute(db)
    .await
    .map_err(database)?;
    Ok(())
}

pub(crate) fn person(row: &SqliteRow) -> Result<Person> {
    let lid: Option<&str> = get(row, "lid")?;
    Ok(Person {
        id: chat(get(row, "id")?)?,
        lid: lid.map(chat).transpose()?,
        name: get(row, "name")?,
        contact_name: get(row, "contact_name")?,
    })
}
