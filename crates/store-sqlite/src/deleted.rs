//! Instances that were deleted.

use rusqlite::{Connection, Row, params};
use siskin_model::{InstanceId, UnixMillis};
use siskin_store::{DeletedInstance, Result};

use crate::query::{all, execute, value};
use crate::rows::{get, id, key};

/// Deletes an instance with all that it has, and keeps what is still told of it. One that is
/// not there stays as it is.
pub(crate) fn delete(db: &Connection, id: InstanceId, now: UnixMillis) -> Result<()> {
    let sql = "INSERT INTO deleted_instance (id, name, created, deleted)
        SELECT id, name, created, ? FROM instance WHERE id = ?";
    execute(db, sql, params![now.0, key(id)])?;
    execute(db, "DELETE FROM instance WHERE id = ?", [key(id)])?;
    Ok(())
}

pub(crate) fn list(db: &Connection) -> Result<Vec<DeletedInstance>> {
    all(db, "SELECT * FROM deleted_instance ORDER BY id", [], deleted)
}

pub(crate) fn has(db: &Connection, id: InstanceId) -> Result<bool> {
    let found: Option<i64> = value(db, "SELECT 1 FROM deleted_instance WHERE id = ?", [key(id)])?;
    Ok(found.is_some())
}

pub(crate) fn forget(db: &Connection, before: UnixMillis) -> Result<u64> {
    Ok(execute(db, "DELETE FROM deleted_instance WHERE deleted < ?", [before.0])? as u64)
}

fn deleted(row: &Row<'_>) -> Result<DeletedInstance> {
    Ok(DeletedInstance {
        id: id(get(row, "id")?)?,
        name: get(row, "name")?,
        created: UnixMillis(get(row, "created")?),
        deleted: UnixMillis(get(row, "deleted")?),
    })
}
