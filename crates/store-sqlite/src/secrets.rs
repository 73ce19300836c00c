use async_trait::async_trait;
use siskin_model::Token;
use siskin_store::{GatewaySecret, Result, Secrets};
use sqlx::SqliteConnection;

use crate::{SqliteStore, database};

#[async_trait]
impl Secrets for SqliteStore {
    async fn secret_or(&self, which: GatewaySecret, fresh: Token) -> Result<(Token, bool)> {
        self.write(move |db| Box::pin(async move { secret_or(db, which, fresh).await })).await
    }
}

async fn secret_or(
    db: &mut SqliteConnection,
    which: GatewaySecret,
    fresh: Token,
) -> Result<(Token, bool)> {
    let taken = sqlx::query(
        "INSERT INTO gateway_secret (name, token) VALUES (?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(which.name())
    .bind(fresh.expose())
    .execute(&mut *db)
    .await
    .map_err(database)?;
    let kept: String = sqlx::query_scalar("SELECT token FROM gateway_secret WHERE name = ?")
        .bind(which.name())
        .fetch_one(db)
        .await
        .map_err(database)?;
    Ok((Token::from_text(kept), taken.rows_affected() == 1))
}
