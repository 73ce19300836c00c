//! Two addresses of a person become known together, the phone number and the LID or two
//! spellings of the number: what was kept under one is kept under the other from now on.

use rusqlite::{Connection, Row, params};
use siskin_model::message::{Command, Outgoing};
use siskin_model::{Body, ChatId, InstanceId, Person};
use siskin_store::Result;

use crate::message_row::chat;
use crate::person_row::{insert_person, person};
use crate::query::{all, execute, first, value};
use crate::rows::{from_json, get, key, text, to_json};
use crate::timers::NEWEST;

/// Whether anything is under an address. The conditions with GLOB are those of indexes: with them,
/// SQLite sees that it may use these.
const IS_USED: &str = "SELECT
       EXISTS (SELECT 1 FROM message WHERE instance = ?1 AND chat = ?2)
    OR EXISTS (SELECT 1 FROM message WHERE instance = ?1 AND sender = ?2 AND sender GLOB '*@lid')
    OR EXISTS (SELECT 1 FROM outgoing WHERE instance = ?1 AND chat = ?2)
    OR EXISTS (SELECT 1 FROM outgoing WHERE instance = ?1 AND source = ?2)
    OR EXISTS (SELECT 1 FROM file WHERE instance = ?1 AND chat = ?2)
    OR EXISTS (SELECT 1 FROM timer WHERE instance = ?1 AND chat = ?2)
    OR EXISTS (SELECT 1 FROM call WHERE instance = ?1 AND chat = ?2 AND chat GLOB '*@lid')";

pub(crate) fn join(db: &Connection, id: InstanceId, phone: &ChatId, lid: &ChatId) -> Result<()> {
    join_person(db, id, phone, lid)?;
    respell(db, id, phone, lid)?;
    // Also where the pair is known: a message may have come under the LID alone since then.
    move_all(db, id, phone, lid)
}

/// A number leads to an account that has another address.
pub(crate) fn join_spelling(
    db: &Connection,
    id: InstanceId,
    number: &ChatId,
    account: &ChatId,
) -> Result<()> {
    if number == account {
        return Ok(());
    }
    let sql = "SELECT * FROM person WHERE instance = ? AND id = ?";
    if let Some(other) = first(db, sql, params![key(id), number.as_str()], person)? {
        // The names under the account go first.
        let sql = "UPDATE person SET
                name = CASE name WHEN '' THEN ?1 ELSE name END,
                contact_name = CASE contact_name WHEN '' THEN ?2 ELSE contact_name END
            WHERE instance = ?3 AND id = ?4";
        execute(db, sql, params![other.name, other.contact_name, key(id), account.as_str()])?;
        let sql = "DELETE FROM person WHERE instance = ? AND id = ?";
        execute(db, sql, params![key(id), number.as_str()])?;
    }
    respell(db, id, account, number)?;
    let sql = "INSERT INTO spelling (instance, number, account)
        SELECT id, ?, ? FROM instance WHERE id = ?";
    execute(db, sql, params![number.as_str(), account.as_str(), key(id)])?;
    move_all(db, id, account, number)
}

/// What led to `former` leads to `account`, which is one and leads to no other.
fn respell(db: &Connection, id: InstanceId, account: &ChatId, former: &ChatId) -> Result<()> {
    let sql = "DELETE FROM spelling WHERE instance = ?1 AND number IN (?2, ?3)";
    execute(db, sql, params![key(id), account.as_str(), former.as_str()])?;
    let sql = "UPDATE spelling SET account = ?2 WHERE instance = ?1 AND account = ?3";
    execute(db, sql, params![key(id), account.as_str(), former.as_str()])?;
    Ok(())
}

fn move_all(db: &Connection, id: InstanceId, to: &ChatId, from: &ChatId) -> Result<()> {
    if value(db, IS_USED, params![key(id), from.as_str()])?.unwrap_or(false) {
        move_messages(db, id, to, from)?;
        move_queue(db, id, to, from)?;
        move_the_rest(db, id, to, from)?;
    }
    Ok(())
}

/// One row for the person, with the names of both; those under the number go first.
fn join_person(db: &Connection, id: InstanceId, phone: &ChatId, lid: &ChatId) -> Result<()> {
    let people = all(
        db,
        "SELECT * FROM person WHERE instance = ?1 AND id IN (?2, ?3) UNION
         SELECT * FROM person WHERE instance = ?1 AND lid = ?3",
        params![key(id), phone.as_str(), lid.as_str()],
        person,
    )?;
    if matches!(&people[..], [only] if only.id == *phone && only.lid.as_ref() == Some(lid)) {
        return Ok(());
    }
    // Another number that had this LID was the person's former one: what is under it stays.
    let sql = "UPDATE person SET lid = NULL WHERE instance = ? AND lid = ?";
    execute(db, sql, params![key(id), lid.as_str()])?;
    let sql = "DELETE FROM person WHERE instance = ? AND id IN (?, ?)";
    execute(db, sql, params![key(id), phone.as_str(), lid.as_str()])?;
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
    insert_person(db, id, &joined)
}

/// A message that is under the LID, or written under it.
struct Moved {
    seq: i64,
    chat: ChatId,
    sender: ChatId,
    body: Body,
}

fn moved(row: &Row<'_>) -> Result<Moved> {
    Ok(Moved {
        seq: get(row, "seq")?,
        chat: chat(text(row, "chat")?)?,
        sender: chat(text(row, "sender")?)?,
        body: from_json("a message", text(row, "body")?)?,
    })
}

fn move_messages(db: &Connection, id: InstanceId, phone: &ChatId, lid: &ChatId) -> Result<()> {
    let messages = all(
        db,
        "SELECT seq, chat, sender, body FROM message WHERE instance = ?1 AND chat = ?2 UNION
         SELECT seq, chat, sender, body FROM message
         WHERE instance = ?1 AND sender = ?2 AND sender GLOB '*@lid'
         ORDER BY seq",
        params![key(id), lid.as_str()],
        moved,
    )?;
    messages.into_iter().try_for_each(|message| move_message(db, message, phone, lid))
}

/// Moves one message; where the same one is under the number already, that one stays.
fn move_message(db: &Connection, message: Moved, phone: &ChatId, lid: &ChatId) -> Result<()> {
    let change = |id: &ChatId| if id == lid { phone.clone() } else { id.clone() };
    let Moved { seq, chat, sender, mut body } = message;
    body.map_addresses(&change);
    let sql = "UPDATE OR IGNORE message SET chat = ?, sender = ?, body = ? WHERE seq = ?";
    let (chat, sender) = (change(&chat), change(&sender));
    let moved = execute(db, sql, params![chat.as_str(), sender.as_str(), to_json(&body)?, seq])?;
    if moved == 0 {
        execute(db, "DELETE FROM message WHERE seq = ?", [seq])?;
    }
    Ok(())
}

/// Waiting messages go to the number, or are copies of messages that are under it now.
fn move_queue(db: &Connection, id: InstanceId, phone: &ChatId, lid: &ChatId) -> Result<()> {
    let waiting: Vec<(i64, Outgoing)> = all(
        db,
        "SELECT place, outgoing FROM outgoing WHERE instance = ?1 AND chat = ?2 UNION
         SELECT place, outgoing FROM outgoing WHERE instance = ?1 AND source = ?2",
        params![key(id), lid.as_str()],
        |row| Ok((get(row, "place")?, from_json("a waiting message", text(row, "outgoing")?)?)),
    )?;
    let change = |chat: &mut ChatId| {
        if chat == lid {
            phone.clone_into(chat);
        }
    };
    for (place, mut outgoing) in waiting {
        change(&mut outgoing.chat);
        let source = match &mut outgoing.command {
            Command::Forward { from, .. } => Some(from),
            _ => None,
        };
        let source = source.map(|from| {
            change(from);
            from.to_string()
        });
        let sql = "UPDATE outgoing SET chat = ?, source = ?, outgoing = ? WHERE place = ?";
        let chat = outgoing.chat.as_str();
        execute(db, sql, params![chat, source, to_json(&outgoing)?, place])?;
    }
    Ok(())
}

fn move_the_rest(db: &Connection, id: InstanceId, phone: &ChatId, lid: &ChatId) -> Result<()> {
    for sql in [
        "UPDATE file SET chat = ? WHERE instance = ? AND chat = ?",
        "UPDATE call SET chat = ? WHERE instance = ? AND chat = ? AND chat GLOB '*@lid'",
    ] {
        execute(db, sql, params![phone.as_str(), key(id), lid.as_str()])?;
    }
    move_timer(db, id, phone, lid)
}

fn move_timer(db: &Connection, id: InstanceId, phone: &ChatId, lid: &ChatId) -> Result<()> {
    let sql = format!(
        "INSERT INTO timer (instance, chat, seconds, since)
         SELECT instance, ?, seconds, since FROM timer WHERE instance = ? AND chat = ? {NEWEST}"
    );
    execute(db, &sql, params![phone.as_str(), key(id), lid.as_str()])?;
    let sql = "DELETE FROM timer WHERE instance = ? AND chat = ?";
    execute(db, sql, params![key(id), lid.as_str()])?;
    Ok(())
}
