//! A person's LID and phone number become known together: what was kept under the LID is
//! kept under the number from now on.

use siskin_model::message::{Command, Outgoing};
use siskin_model::{Body, ChatId, InstanceId, Person};
use siskin_store::Result;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::database;
use crate::message_row::chat;
use crate::people::{insert_person, person};
use crate::rows::{from_json, get, key, to_json};

/// Whether anything is under a LID. The conditions with GLOB are those of indexes: with them,
/// SQLite sees that it may use these.
const IS_USED: &str = "SELECT
       EXISTS (SELECT 1 FROM message WHERE instance = ?1 AND chat = ?2)
    OR EXISTS (SELECT 1 FROM message WHERE instance = ?1 AND sender = ?2 AND sender GLOB '*@lid')
    OR EXISTS (SELECT 1 FROM outgoing WHERE instance = ?1 AND chat = ?2)
    OR EXISTS (SELECT 1 FROM outgoing WHERE instance = ?1 AND source = ?2)
    OR EXISTS (SELECT 1 FROM file WHERE instance = ?1 AND chat = ?2)
    OR EXISTS (SELECT 1 FROM call WHERE instance = ?1 AND chat = ?2 AND chat GLOB '*@lid')";

pub(crate) async fn join(
    db: &mut SqliteConnection,
    id: InstanceId,
    phone: &ChatId,
    lid: &ChatId,
) -> Result<()> {
    join_person(db, id, phone, lid).await?;
    // Also where the pair is known: a message may have come under the LID alone since then.
    let is_used: bool = sqlx::query_scalar(IS_USED)
        .bind(key(id))
        .bind(lid.as_str())
        .fetch_one(&mut *db)
        .await
        .map_err(database)?;
    if is_used {
        move_messages(db, id, phone, lid).await?;
        move_queue(db, id, phone, lid).await?;
        move_the_rest(db, id, phone, lid).await?;
    }
    Ok(())
}

/// One row for the person, with the names of both; those under the number go first.
async fn join_person(
    db: &mut SqliteConnection,
    id: InstanceId,
    phone: &ChatId,
    lid: &ChatId,
) -> Result<()> {
    let rows = sqlx::query(
        "SELECT * FROM person WHERE instance = ?1 AND id IN (?2, ?3) UNION
         SELECT * FROM person WHERE instance = ?1 AND lid = ?3",
    )
    .bind(key(id))
    .bind(phone.as_str())
    .bind(lid.as_str())
    .fetch_all(&mut *db)
    .await
    .map_err(database)?;
    let people = rows.iter().map(person).collect::<Result<Vec<_>>>()?;
    if matches!(&people[..], [only] if only.id == *phone && only.lid.as_ref() == Some(lid)) {
        return Ok(());
    }
    // Another number that had this LID was the person's former one: what is under it stays.
    sqlx::query(
        "UPDATE person SET lid = NULL WHERE instance = ?1 AND lid = ?3;
         DELETE FROM person WHERE instance = ?1 AND id IN (?2, ?3)",
    )
    .bind(key(id))
    .bind(phone.as_str())
    .bind(lid.as_str())
    .execute(&mut *db)
    .await
    .map_err(database)?;
    let under = |address: &ChatId| people.iter().find(|person| person.id == *address);
    let name_of = |name: fn(&Person) -> &str| {
        let names = [phone, lid].into_iter().filter_map(under).map(name);
        names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
    };
    let joined = Person {
        id: phone.clone(),
        lid: Some(lid.clone()),
        name: name_of(|person| &person.name),
        contact_name: name_of(|person| &person.contact_name),
    };
    insert_person(db, id, &joined).await
}

async fn move_messages(
    db: &mut SqliteConnection,
    id: InstanceId,
    phone: &ChatId,
    lid: &ChatId,
) -> Result<()> {
    let rows = sqlx::query(
        "SELECT seq, chat, sender, body FROM message WHERE instance = ?1 AND chat = ?2 UNION
         SELECT seq, chat, sender, body FROM message
         WHERE instance = ?1 AND sender = ?2 AND sender GLOB '*@lid'
         ORDER BY seq",
    )
    .bind(key(id))
    .bind(lid.as_str())
    .fetch_all(&mut *db)
    .await
    .map_err(database)?;
    for row in &rows {
        move_message(db, row, phone, lid).await?;
    }
    Ok(())
}

/// Moves one message; where the same one is under the number already, that one stays.
async fn move_message(
    db: &mut SqliteConnection,
    row: &SqliteRow,
    phone: &ChatId,
    lid: &ChatId,
) -> Result<()> {
    let change = |id: &ChatId| if id == lid { phone.clone() } else { id.clone() };
    let seq: i64 = get(row, "seq")?;
    let mut body: Body = from_json("a message", get(row, "body")?)?;
    body.map_addresses(&change);
    let moved =
        sqlx::query("UPDATE OR IGNORE message SET chat = ?, sender = ?, body = ? WHERE seq = ?")
            .bind(change(&chat(get(row, "chat")?)?).as_str())
            .bind(change(&chat(get(row, "sender")?)?).as_str())
            .bind(to_json(&body)?)
            .bind(seq)
            .execute(&mut *db)
            .await
            .map_err(database)?;
    if moved.rows_affected() == 0 {
        let query = sqlx::query("DELETE FROM message WHERE seq = ?").bind(seq);
        query.execute(db).await.map_err(database)?;
    }
    Ok(())
}

/// Waiting messages go to the number, or are copies of messages that are under it now.
async fn move_queue(
    db: &mut SqliteConnection,
    id: InstanceId,
    phone: &ChatId,
    lid: &ChatId,
) -> Result<()> {
    let rows = sqlx::query(
        "SELECT place, outgoing FROM outgoing WHERE instance = ?1 AND chat = ?2 UNION
         SELECT place, outgoing FROM outgoing WHERE instance = ?1 AND source = ?2",
    )
    .bind(key(id))
    .bind(lid.as_str())
    .fetch_all(&mut *db)
    .await
    .map_err(database)?;
    let change = |chat: &mut ChatId| {
        if chat == lid {
            phone.clone_into(chat);
        }
    };
    for row in &rows {
        let mut outgoing: Outgoing = from_json("a waiting message", get(row, "outgoing")?)?;
        change(&mut outgoing.chat);
        let source = match &mut outgoing.command {
            Command::Forward { from, .. } => Some(from),
            _ => None,
        };
        let source = source.map(|from| {
            change(from);
            from.to_string()
        });
        sqlx::query("UPDATE outgoing SET chat = ?, source = ?, outgoing = ? WHERE place = ?")
            .bind(outgoing.chat.as_str())
            .bind(source)
            .bind(to_json(&outgoing)?)
            .bind(get::<i64>(row, "place")?)
            .execute(&mut *db)
            .await
            .map_err(database)?;
    }
    Ok(())
}

async fn move_the_rest(
    db: &mut SqliteConnection,
    id: InstanceId,
    phone: &ChatId,
    lid: &ChatId,
) -> Result<()> {
    // One string, one trip to the database's thread.
    sqlx::query(
        "UPDATE file SET chat = ?1 WHERE instance = ?2 AND chat = ?3;
         UPDATE call SET chat = ?1 WHERE instance = ?2 AND chat = ?3 AND chat GLOB '*@lid'",
    )
    .bind(phone.as_str())
    .bind(key(id))
    .bind(lid.as_str())
    .execute(db)
    .await
    .map_err(database)?;
    Ok(())
}
