use async_trait::async_trait;
use rusqlite::{Connection, Row, ToSql, params};
use siskin_green_api::{Notification, Word};
use siskin_model::message::{Command, Outgoing};
use siskin_model::{ChatId, InstanceId, Message, MessageId, MessageStatus, Receipt, UnixMillis};
use siskin_store::{Enqueued, Entry, Outbox, Progress, Queued, Recorded, Result};

use crate::SqliteStore;
use crate::message_row::status;
use crate::notifications::tell;
use crate::query::{all, count, execute, first, value};
use crate::record::{complete, fill, insert, record};
use crate::rows::{from_json, get, key, optional_text, text, to_json};

/// Removes what the journal shows of messages of the queue while they wait.
macro_rules! shown {
    ($($which:literal)+) => {
        concat!(
            "DELETE FROM message WHERE seq IN (
                 SELECT seq FROM outgoing JOIN message USING (instance, chat, id)
                 WHERE ",
            $($which,)+
            " AND is_from_api = 1 AND status = 'pending' AND raw = x'')"
        )
    };
}

/// Removes messages that wait: first what is shown of them.
macro_rules! waiting {
    ($which:literal) => {
        [
            shown!($which " AND leaving IS NULL"),
            concat!("DELETE FROM outgoing WHERE ", $which, " AND leaving IS NULL"),
        ]
    };
}

#[async_trait]
impl Outbox for SqliteStore {
    async fn enqueue(
        &self,
        id: InstanceId,
        outgoing: Vec<Outgoing>,
        shown: Vec<Message>,
    ) -> Result<Enqueued> {
        self.write(move |db| {
            let sql = "SELECT max(place) FROM outgoing WHERE instance = ?";
            let behind = value::<Option<i64>>(db, sql, [key(id)])?.flatten().unwrap_or_default();
            let mut queued = Vec::with_capacity(outgoing.len());
            for outgoing in outgoing {
                if let Some(place) = enqueue(db, id, &outgoing)? {
                    queued.push(Queued { place, outgoing, leaving: None });
                }
            }
            shown.iter().try_for_each(|message| insert(db, id, message).map(drop))?;
            Ok(Enqueued { behind, queued })
        })
        .await
    }

    async fn withdraw(&self, id: InstanceId, chat: &ChatId, message: &MessageId) -> Result<bool> {
        let (chat, message) = (chat.clone(), message.clone());
        self.write(move |db| {
            let of_message = params![key(id), chat.as_str(), message.as_str()];
            remove(db, waiting!("instance = ? AND chat = ? AND id = ?"), of_message)
        })
        .await
        .map(|removed| removed > 0)
    }

    async fn next_outgoing(&self, id: InstanceId, after: i64, count: u32) -> Result<Vec<Queued>> {
        self.read(move |db| {
            let sql = "SELECT place, outgoing, leaving FROM outgoing
                WHERE instance = ? AND place > ? ORDER BY place LIMIT ?";
            all(db, sql, params![key(id), after, count], queued)
        })
        .await
    }

    async fn leave(&self, id: InstanceId, place: i64, entry: Entry) -> Result<Option<Recorded>> {
        self.write(move |db| leave(db, id, place, &entry)).await
    }

    async fn give_up(
        &self,
        id: InstanceId,
        place: i64,
        lost: Option<Message>,
        notification: Option<Notification>,
    ) -> Result<Option<Receipt>> {
        self.write(move |db| {
            if remove(db, waiting!("instance = ? AND place = ?"), params![key(id), place])? == 0 {
                return Ok(None);
            }
            if let Some(lost) = &lost {
                insert(db, id, lost)?;
            }
            tell(db, id, notification.as_ref())
        })
        .await
    }

    async fn advance(&self, id: InstanceId, steps: Vec<Progress>) -> Result<Vec<Option<Receipt>>> {
        self.write(move |db| steps.iter().map(|step| advance(db, id, step)).collect()).await
    }

    async fn waiting(&self, id: InstanceId, count: u32) -> Result<Vec<Outgoing>> {
        self.read(move |db| {
            let sql = "SELECT outgoing FROM outgoing WHERE instance = ? AND leaving IS NULL
                ORDER BY place LIMIT ?";
            all(db, sql, params![key(id), count], outgoing)
        })
        .await
    }

    async fn waiting_count(&self, id: InstanceId) -> Result<u64> {
        self.read(move |db| {
            let sql = "SELECT count(*) FROM outgoing WHERE instance = ? AND leaving IS NULL";
            count(db, sql, [key(id)])
        })
        .await
    }

    async fn clear_waiting(&self, id: InstanceId) -> Result<u64> {
        self.write(move |db| remove(db, waiting!("instance = ?"), params![key(id)])).await
    }

    async fn expire_waiting(&self, before: UnixMillis) -> Result<u64> {
        self.write(move |db| remove(db, waiting!("accepted < ?"), params![before.0])).await
    }
}

fn remove(db: &Connection, [shown, waiting]: [&str; 2], which: &[&dyn ToSql]) -> Result<u64> {
    execute(db, shown, which)?;
    Ok(execute(db, waiting, which)? as u64)
}

/// The place that the message has got. `None`: the instance is gone.
fn enqueue(db: &Connection, id: InstanceId, outgoing: &Outgoing) -> Result<Option<i64>> {
    let source = match &outgoing.command {
        Command::Forward { from, .. } => Some(from.as_str()),
        _ => None,
    };
    value(
        db,
        "INSERT INTO outgoing (instance, chat, id, source, accepted, outgoing)
         SELECT id, ?, ?, ?, ?, ? FROM instance WHERE id = ? RETURNING place",
        params![
            outgoing.chat.as_str(),
            outgoing.id.as_str(),
            source,
            outgoing.accepted.0,
            to_json(outgoing)?,
            key(id),
        ],
    )
}

fn leave(db: &Connection, id: InstanceId, place: i64, entry: &Entry) -> Result<Option<Recorded>> {
    let sql =
        "UPDATE outgoing SET leaving = ? WHERE instance = ? AND place = ? AND leaving IS NULL";
    if execute(db, sql, params![entry.message.raw, key(id), place])? == 1 {
        if fill(db, id, &entry.message)? {
            return complete(db, id, entry).map(Some);
        }
        // It goes elsewhere than where it was shown, or was not shown.
        execute(db, shown!("instance = ? AND place = ?"), [key(id), place])?;
        return record(db, id, entry).map(Some);
    }
    let sql = "SELECT 1 FROM outgoing WHERE instance = ? AND place = ?";
    let is_leaving: Option<i64> = value(db, sql, [key(id), place])?;
    Ok(is_leaving.map(|_| Recorded { is_new: false, receipt: None }))
}

fn advance(db: &Connection, id: InstanceId, step: &Progress) -> Result<Option<Receipt>> {
    let of_message = params![key(id), step.chat.as_str(), step.message.as_str()];
    let sql = "DELETE FROM outgoing WHERE instance = ? AND chat = ? AND id = ?";
    execute(db, sql, of_message)?;
    let sql = "SELECT seq, status FROM message
        WHERE instance = ? AND chat = ? AND id = ? AND is_outgoing = 1 ORDER BY seq LIMIT 1";
    let row = first(db, sql, of_message, |row| {
        let standing = optional_text(row, "status")?.map(status).transpose()?;
        Ok((get::<i64>(row, "seq")?, standing.unwrap_or(MessageStatus::Pending)))
    })?;
    let Some((seq, _)) = row.filter(|(_, standing)| standing.may_become(step.status)) else {
        return Ok(None);
    };
    execute(
        db,
        "UPDATE message SET status = ?, status_at = ?, description = ? WHERE seq = ?",
        params![step.status.word(), step.at.0, step.description, seq],
    )?;
    tell(db, id, step.notification.as_ref())
}

fn outgoing(row: &Row<'_>) -> Result<Outgoing> {
    from_json("a waiting message", text(row, "outgoing")?)
}

fn queued(row: &Row<'_>) -> Result<Queued> {
    Ok(Queued {
        place: get(row, "place")?,
        outgoing: outgoing(row)?,
        leaving: get(row, "leaving")?,
    })
}
