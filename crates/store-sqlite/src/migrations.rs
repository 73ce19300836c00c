//! The tables, and how databases of earlier versions come by them.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

const ALL: &[M<'_>] = &[
    M::up(include_str!("../migrations/0001_gateway.sql")),
    M::up(include_str!("../migrations/0002_messages.sql")),
    M::up(include_str!("../migrations/0003_deleted_instances.sql")),
    M::up(include_str!("../migrations/0004_spellings.sql")),
    M::up(include_str!("../migrations/0005_timers.sql")),
];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(ALL);

/// The table in which sqlx, which did this at first, counted migrations.
pub(crate) const FORMER_COUNT: &str = "_sqlx_migrations";

/// The newest migration that this version knows.
pub(crate) fn newest() -> i64 {
    i64::try_from(ALL.len()).unwrap_or(i64::MAX)
}

/// Brings the tables up to date.
pub(crate) fn migrate(db: &mut Connection) -> rusqlite_migration::Result<()> {
    take_over(db)?;
    MIGRATIONS.to_latest(db)
}

/// Counts on from where sqlx has counted to.
fn take_over(db: &mut Connection) -> rusqlite::Result<()> {
    if !db.table_exists(None, FORMER_COUNT)? {
        return Ok(());
    }
    let transaction = db.transaction()?;
    let former: i64 = transaction.query_row(
        "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success",
        [],
        |row| row.get(0),
    )?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    // A former version that was tried out since leaves an empty count.
    transaction.pragma_update(None, "user_version", version.max(former))?;
    transaction.execute("DROP TABLE _sqlx_migrations", [])?;
    transaction.commit()
}
