use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use async_trait::async_trait;
use rusqlite::Connection;
use siskin_store::{Health, Result, StoreError};

use crate::{SqliteStore, database};

/// How much room there must be on the disk, in bytes: about what a few messages take. The
/// database alone does not say: its write-ahead log has room of its own for the first ones.
const ROOM: usize = 256 * 1024;

#[async_trait]
impl Health for SqliteStore {
    async fn probe_write(&self) -> Result<()> {
        let path = self.path.with_extension("probe");
        self.write(move |db| {
            write(db)?;
            require_room(&path).map_err(StoreError::database)
        })
        .await
    }
}

/// Writes the number of the schema as it is.
fn write(db: &Connection) -> Result<()> {
    let name = "user_version";
    let version: i64 = db.pragma_query_value(None, name, |row| row.get(0)).map_err(database)?;
    db.pragma_update(None, name, version).map_err(database)
}

fn require_room(path: &Path) -> std::io::Result<()> {
    let written = File::create(path).and_then(|mut file| file.write_all(&vec![0; ROOM]));
    let removed = std::fs::remove_file(path);
    written.and(removed)
}
