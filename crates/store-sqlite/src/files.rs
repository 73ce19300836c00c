use async_trait::async_trait;
use siskin_model::{ChatId, FileState, FileToken, InstanceId, MessageId, StoredFile, UnixMillis};
use siskin_store::{Files, Result};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::message_row::chat;
use crate::rows::{corrupt, get, id, key};
use crate::{SqliteStore, database};

#[async_trait]
impl Files for SqliteStore {
    async fn add_file(&self, id: InstanceId, file: &StoredFile) -> Result<()> {
        let file = file.clone();
        self.write_one(move |db| Box::pin(async move { insert_file(db, id, &file).await })).await
    }

    async fn file(&self, id: InstanceId, token: &FileToken) -> Result<Option<StoredFile>> {
        let row = sqlx::query("SELECT * FROM file WHERE instance = ? AND token = ?")
            .bind(key(id))
            .bind(token.expose())
            .fetch_optional(&self.readers)
            .await
            .map_err(database)?;
        row.as_ref().map(file).transpose()
    }

    async fn file_of(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<StoredFile>> {
        let row = sqlx::query(
            "SELECT * FROM file WHERE instance = ? AND chat = ? AND message = ?
             ORDER BY seq DESC LIMIT 1",
        )
        .bind(key(id))
        .bind(chat.as_str())
        .bind(message.as_str())
        .fetch_optional(&self.readers)
        .await
        .map_err(database)?;
        row.as_ref().map(file).transpose()
    }

    async fn set_file_state(
        &self,
        id: InstanceId,
        token: &FileToken,
        state: FileState,
        expires: UnixMillis,
    ) -> Result<()> {
        let token = token.clone();
        self.execute(
            "UPDATE file SET state = ?, expires = ? WHERE instance = ? AND token = ?",
            move |query| {
                let query = query.bind(state.as_str()).bind(expires.0);
                query.bind(key(id)).bind(token.expose().to_owned())
            },
        )
        .await?;
        Ok(())
    }

    async fn pending_files(&self, id: InstanceId, count: u32) -> Result<Vec<StoredFile>> {
        let rows = sqlx::query(
            "SELECT * FROM file WHERE instance = ? AND state = 'pending' ORDER BY seq LIMIT ?",
        )
        .bind(key(id))
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        rows.iter().map(file).collect()
    }

    async fn expired_files(
        &self,
        now: UnixMillis,
        count: u32,
    ) -> Result<Vec<(InstanceId, FileToken)>> {
        let rows = sqlx::query(
            "SELECT instance, token FROM file WHERE expires <= ?
             ORDER BY expires, instance, seq LIMIT ?",
        )
        .bind(now.0)
        .bind(count)
        .fetch_all(&self.readers)
        .await
        .map_err(database)?;
        let pair = |row: &SqliteRow| Ok((id(get(row, "instance")?)?, token(get(row, "token")?)?));
        rows.iter().map(pair).collect()
    }

    async fn remove_file(&self, id: InstanceId, token: &FileToken) -> Result<()> {
        let token = token.clone();
        let sql = "DELETE FROM file WHERE instance = ? AND token = ?";
        self.execute(sql, move |query| query.bind(key(id)).bind(token.expose().to_owned())).await?;
        Ok(())
    }
}

/// Adds a file, unless its token is taken or the instance is gone.
pub(crate) async fn insert_file(
    db: &mut SqliteConnection,
    id: InstanceId,
    file: &StoredFile,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO file (instance, token, name, mime_type, state, chat, message, expires)
         SELECT id, ?, ?, ?, ?, ?, ?, ? FROM instance WHERE id = ? ON CONFLICT DO NOTHING",
    )
    .bind(file.token.expose())
    .bind(&file.name)
    .bind(&file.mime_type)
    .bind(file.state.as_str())
    .bind(file.message.as_ref().map(|(chat, _)| chat.as_str()))
    .bind(file.message.as_ref().map(|(_, message)| message.as_str()))
    .bind(file.expires.0)
    .bind(key(id))
    .execute(db)
    .await
    .map_err(database)?;
    Ok(())
}

fn token(text: &str) -> Result<FileToken> {
    // The text is a secret, however damaged.
    FileToken::parse(text).ok_or_else(|| corrupt("a file's token", &"it is of another form"))
}

fn file(row: &SqliteRow) -> Result<StoredFile> {
    let word: &str = get(row, "state")?;
    let of: (Option<&str>, Option<&str>) = (get(row, "chat")?, get(row, "message")?);
    let message = match of {
        (Some(of), Some(message)) => Some((chat(of)?, MessageId::from_text(message))),
        _ => None,
    };
    Ok(StoredFile {
        token: token(get(row, "token")?)?,
        name: get(row, "name")?,
        mime_type: get(row, "mime_type")?,
        state: FileState::from_word(word).ok_or_else(|| corrupt("a file's state", &word))?,
        message,
        expires: UnixMillis(get(row, "expires")?),
    })
}
