//! One statement each; statements are prepared once for each connection.

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension as _, Params, Row};
use siskin_store::Result;

use crate::database;

/// Executes a statement; how many rows it changed.
pub(crate) fn execute(db: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    db.prepare_cached(sql).and_then(|mut statement| statement.execute(params)).map_err(database)
}

/// Every row, in the model's words.
pub(crate) fn all<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = db.prepare_cached(sql).map_err(database)?;
    let mut rows = statement.query(params).map_err(database)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(database)? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The first row, in the model's words.
pub(crate) fn first<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = db.prepare_cached(sql).map_err(database)?;
    let mut rows = statement.query(params).map_err(database)?;
    rows.next().map_err(database)?.map(read).transpose()
}

/// The first column of the first row.
pub(crate) fn value<T: FromSql>(
    db: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>> {
    let mut statement = db.prepare_cached(sql).map_err(database)?;
    statement.query_row(params, |row| row.get(0)).optional().map_err(database)
}

/// A number of rows.
pub(crate) fn count(db: &Connection, sql: &str, params: impl Params) -> Result<u64> {
    let count: i64 = value(db, sql, params)?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}
