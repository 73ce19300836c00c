use async_trait::async_trait;
use siskin_model::message::{Command, Outgoing};
use siskin_model::{InstanceId, MessageStatus, Notification, Receipt, UnixMillis};
use siskin_store::{Entry, Outbox, Progress, Queued, Recorded, Result};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::message_row::status;
use crate::notifications::tell;
use crate::record::record;
use crate::rows::{from_json, get, key, to_json};
use crate::{SqliteStore, database};

#[async_trait]
impl Outbox for SqliteStore {
    async fn enqueue(&self, id: InstanceId, outgoing: Vec<Outgoing>) -> Result<()> {
        if let [only] = &outgoing[..] {
            let row = Row::new(only)?;
            return self
                .write_one(move |db| Box::pin(async move { enqueue(db, id, &row).await }))
                .await;
        }
        let rows = outgoing.iter().map(Row::new).collect::<Result<Vec<_>>>()?;
        self.write(move |db| {
            Box::pin(async move {
                for row in &rows {
                    enqueue(db, id, row).await?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn next_outgoing(&self, id: InstanceId, after: i64, count: u32) -> Result<Vec<Queued>> {
        let rows = sqlx::query(
            "SELECT place, outgoing, leaving FROM outgoing
             WHERE instance = ? AND place > ? ORDER BY place LIMIT ?",
        )
        .bind(key(id))
        .bind(after)
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(queued).collect()
    }

    async fn leave(&self, id: InstanceId, place: i64, entry: Entry) -> Result<Option<Recorded>> {
        self.write(move |db| Box::pin(async move { leave(db, id, place, &entry).await })).await
    }

    async fn give_up(
        &self,
        id: InstanceId,
        place: i64,
        notification: Option<Notification>,
    ) -> Result<Option<Receipt>> {
        self.write(move |db| {
            Box::pin(async move {
                let removed = sqlx::query(
                    "DELETE FROM outgoing WHERE instance = ? AND place = ? AND leaving IS NULL",
                )
                .bind(key(id))
                .bind(place)
                .execute(&mut *db)
                .await
                .map_err(database)?;
                let notification = notification.filter(|_| removed.rows_affected() == 1);
                tell(db, id, notification.as_ref()).await
            })
        })
        .await
    }

    async fn advance(&self, id: InstanceId, steps: Vec<Progress>) -> Result<Vec<Option<Receipt>>> {
        self.write(move |db| {
            Box::pin(async move {
                let mut receipts = Vec::with_capacity(steps.len());
                for step in &steps {
                    receipts.push(advance(db, id, step).await?);
                }
                Ok(receipts)
            })
        })
        .await
    }

    async fn waiting(&self, id: InstanceId, count: u32) -> Result<Vec<Outgoing>> {
        let rows = sqlx::query(
            "SELECT outgoing FROM outgoing WHERE instance = ? AND leaving IS NULL
             ORDER BY place LIMIT ?",
        )
        .bind(key(id))
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(outgoing).collect()
    }

    async fn waiting_count(&self, id: InstanceId) -> Result<u64> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM outgoing WHERE instance = ? AND leaving IS NULL",
        )
        .bind(key(id))
        .fetch_one(&self.readers)
        .await
        .map_err(database)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn clear_waiting(&self, id: InstanceId) -> Result<u64> {
        let sql = "DELETE FROM outgoing WHERE instance = ? AND leaving IS NULL";
        self.execute(sql, move |query| query.bind(key(id))).await
    }

    async fn expire_waiting(&self, before: UnixMillis) -> Result<u64> {
        let sql = "DELETE FROM outgoing WHERE accepted < ? AND leaving IS NULL";
        self.execute(sql, move |query| query.bind(before.0)).await
    }

    async fn has_outgoing(&self, id: InstanceId) -> Result<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM outgoing WHERE instance = ?)")
            .bind(key(id))
            .fetch_one(&self.readers)
            .await
            .map_err(database)
    }
}

/// A message as it is put into the table.
struct Row {
    chat: String,
    id: String,
    source: Option<String>,
    accepted: i64,
    json: String,
}

impl Row {
    fn new(outgoing: &Outgoing) -> Result<Self> {
        Ok(Self {
            chat: outgoing.chat.to_string(),
            id: outgoing.id.to_string(),
            source: match &outgoing.command {
                Command::Forward { from, .. } => Some(from.to_string()),
                _ => None,
            },
            accepted: outgoing.accepted.0,
            json: to_json(outgoing)?,
        })
    }
}

async fn enqueue(db: &mut SqliteConnection, id: InstanceId, row: &Row) -> Result<()> {
    sqlx::query(
        "INSERT INTO outgoing (instance, chat, id, source, accepted, outgoing)
         SELECT id, ?, ?, ?, ?, ? FROM instance WHERE id = ?",
    )
    .bind(&row.chat)
    .bind(&row.id)
    .bind(&row.source)
    .bind(row.accepted)
    .bind(&row.json)
    .bind(key(id))
    .execute(db)
    .await
    .map_err(database)?;
    Ok(())
}

async fn leave(
    db: &mut SqliteConnection,
    id: InstanceId,
    place: i64,
    entry: &Entry,
) -> Result<Option<Recorded>> {
    let begun = sqlx::query(
        "UPDATE outgoing SET leaving = ? WHERE instance = ? AND place = ? AND leaving IS NULL",
    )
    .bind(&entry.message.raw)
    .bind(key(id))
    .bind(place)
    .execute(&mut *db)
    .await
    .map_err(database)?;
    if begun.rows_affected() == 1 {
        return record(db, id, entry).await.map(Some);
    }
    let is_leaving: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM outgoing WHERE instance = ? AND place = ?)",
    )
    .bind(key(id))
    .bind(place)
    .fetch_one(&mut *db)
    .await
    .map_err(database)?;
    Ok(is_leaving.then_some(Recorded { is_new: false, receipt: None }))
}

async fn advance(
    db: &mut SqliteConnection,
    id: InstanceId,
    step: &Progress,
) -> Result<Option<Receipt>> {
    // Two statements, one trip to the database's thread.
    let row = sqlx::query(
        "DELETE FROM outgoing WHERE instance = ?1 AND chat = ?2 AND id = ?3;
         SELECT seq, status FROM message
         WHERE instance = ?1 AND chat = ?2 AND id = ?3 AND is_outgoing = 1
         ORDER BY seq LIMIT 1",
    )
    .bind(key(id))
    .bind(step.chat.as_str())
    .bind(step.message.as_str())
    .fetch_optional(&mut *db)
    .await
    .map_err(database)?;
    let Some(row) = row else { return Ok(None) };
    let word: Option<&str> = get(&row, "status")?;
    let standing = word.map(status).transpose()?.unwrap_or(MessageStatus::Pending);
    if !standing.may_become(step.status) {
        return Ok(None);
    }
    sqlx::query("UPDATE message SET status = ?, status_at = ?, description = ? WHERE seq = ?")
        .bind(step.status.as_str())
        .bind(step.at.0)
        .bind(&step.description)
        .bind(get::<i64>(&row, "seq")?)
        .execute(&mut *db)
        .await
        .map_err(database)?;
    tell(db, id, step.notification.as_ref()).await
}

fn outgoing(row: &SqliteRow) -> Result<Outgoing> {
    from_json("a waiting message", get(row, "outgoing")?)
}

fn queued(row: &SqliteRow) -> Result<Queued> {
    Ok(Queued {
        place: get(row, "place")?,
        outgoing: outgoing(row)?,
        leaving: get(row, "leaving")?,
    })
}
