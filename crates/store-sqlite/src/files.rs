use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use siskin_model::{ChatId, FileState, FileToken, InstanceId, MessageId, StoredFile, UnixMillis};
use siskin_store::{Files, Result};

use crate::SqliteStore;
use crate::message_row::chat;
use crate::query::{all, execute, first};
use crate::rows::{corrupt, get, id, key, optional_text, text};

#[async_trait]
impl Files for SqliteStore {
    async fn add_file(&self, id: InstanceId, file: &StoredFile) -> Result<()> {
        let file = file.clone();
        self.write(move |db| insert_file(db, id, &file)).await
    }

    async fn file(&self, id: InstanceId, token: &FileToken) -> Result<Option<StoredFile>> {
        let token = token.clone();
        self.read(move |db| {
            let sql = "SELECT * FROM file WHERE instance = ? AND token = ?";
            first(db, sql, params![key(id), token.expose()], file)
        })
        .await
    }

    async fn file_of(
        &self,
        id: InstanceId,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<StoredFile>> {
        let (chat, message) = (chat.clone(), message.clone());
        self.read(move |db| {
            let sql = "SELECT * FROM file WHERE instance = ? AND chat = ? AND message = ?
                ORDER BY seq DESC LIMIT 1";
            first(db, sql, params![key(id), chat.as_str(), message.as_str()], file)
        })
        .await
    }

    async fn set_file_state(
        &self,
        id: InstanceId,
        token: &FileToken,
        state: FileState,
        expires: UnixMillis,
    ) -> Result<()> {
        let token = token.clone();
        self.write(move |db| {
            let sql = "UPDATE file SET state = ?, expires = ? WHERE instance = ? AND token = ?";
            execute(db, sql, params![state.as_str(), expires.0, key(id), token.expose()])?;
            Ok(())
        })
        .await
    }

    async fn pending_files(&self, id: InstanceId, count: u32) -> Result<Vec<StoredFile>> {
        self.read(move |db| {
            let sql = "SELECT * FROM file WHERE instance = ? AND state = 'pending'
                ORDER BY seq LIMIT ?";
            all(db, sql, params![key(id), count], file)
        })
        .await
    }

    async fn expired_files(
        &self,
        now: UnixMillis,
        count: u32,
    ) -> Result<Vec<(InstanceId, FileToken)>> {
        self.read(move |db| {
            let sql = "SELECT instance, token FROM file WHERE expires <= ?
                ORDER BY expires, instance, seq LIMIT ?";
            all(db, sql, params![now.0, count], |row| {
                Ok((id(get(row, "instance")?)?, token(text(row, "token")?)?))
            })
        })
        .await
    }

    async fn remove_file(&self, id: InstanceId, token: &FileToken) -> Result<()> {
        let token = token.clone();
        self.write(move |db| {
            let sql = "DELETE FROM file WHERE instance = ? AND token = ?";
            execute(db, sql, params![key(id), token.expose()])?;
            Ok(())
        })
        .await
    }
}

/// Adds a file, unless its token is taken or the instance is gone.
pub(crate) fn insert_file(db: &Connection, id: InstanceId, file: &StoredFile) -> Result<()> {
    execute(
        db,
        "INSERT INTO file (instance, token, name, mime_type, state, chat, message, expires)
         SELECT id, ?, ?, ?, ?, ?, ?, ? FROM instance WHERE id = ? ON CONFLICT DO NOTHING",
        params![
            file.token.expose(),
            file.name.as_str(),
            file.mime_type.as_str(),
            file.state.as_str(),
            file.message.as_ref().map(|(chat, _)| chat.as_str()),
            file.message.as_ref().map(|(_, message)| message.as_str()),
            file.expires.0,
            key(id),
        ],
    )?;
    Ok(())
}

fn token(text: &str) -> Result<FileToken> {
    // The text is a secret, however damaged.
    FileToken::parse(text).ok_or_else(|| corrupt("a file's token", &"it is of another form"))
}

fn file(row: &Row<'_>) -> Result<StoredFile> {
    let word = text(row, "state")?;
    let message = match (optional_text(row, "chat")?, optional_text(row, "message")?) {
        (Some(of), Some(message)) => Some((chat(of)?, MessageId::from_text(message))),
        _ => None,
    };
    Ok(StoredFile {
        token: token(text(row, "token")?)?,
        name: text(row, "name")?.into(),
        mime_type: text(row, "mime_type")?.into(),
        state: FileState::from_word(word).ok_or_else(|| corrupt("a file's state", &word))?,
        message,
        expires: UnixMillis(get(row, "expires")?),
    })
}
