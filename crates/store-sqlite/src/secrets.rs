use async_trait::async_trait;
use rusqlite::{Connection, params};
use siskin_model::Token;
use siskin_store::{GatewaySecret, Result, Secrets};

use crate::SqliteStore;
use crate::query::{execute, value};

#[async_trait]
impl Secrets for SqliteStore {
    async fn secret_or(&self, which: GatewaySecret, fresh: Token) -> Result<(Token, bool)> {
        self.write(move |db| secret_or(db, which, fresh)).await
    }
}

fn secret_or(db: &Connection, which: GatewaySecret, fresh: Token) -> Result<(Token, bool)> {
    let sql = "INSERT INTO gateway_secret (name, token) VALUES (?, ?) ON CONFLICT DO NOTHING";
    let taken = execute(db, sql, params![which.name(), fresh.expose()])?;
    let sql = "SELECT token FROM gateway_secret WHERE name = ?";
    let kept: Option<String> = value(db, sql, [which.name()])?;
    Ok((kept.map_or(fresh, Token::from_text), taken == 1))
}
