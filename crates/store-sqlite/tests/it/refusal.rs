use std::path::Path;

use rusqlite::Connection;
use siskin_store::Instances as _;
use siskin_store_sqlite::{OpenError, SqliteStore};
use siskin_store_testing::conformance::samples::created;

use crate::folder;

/// Opens what must be refused, and sees that nothing in its folder has changed.
async fn refused(path: &Path) -> OpenError {
    let before = contents(path.parent().unwrap());
    let refused = SqliteStore::open(path).await.err().expect("it is refused");
    assert_eq!(contents(path.parent().unwrap()), before, "the folder is as it was");
    assert!(refused.to_string().contains("\n  hint: "), "{refused}");
    assert!(refused.to_string().contains(&path.display().to_string()), "{refused}");
    refused
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut contents: Vec<_> = files
        .map(|file| file.unwrap())
        .filter(|file| file.metadata().unwrap().is_file())
        .map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap()))
        .collect();
    contents.sort();
    contents
}

fn change(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
}

async fn used_database(path: &Path) {
    let store = SqliteStore::open(path).await.unwrap();
    for number in 0..100 {
        created(&store, &format!("instance {number}")).await;
    }
    store.close().await;
}

#[tokio::test]
async fn a_place_that_cannot_be_written() {
    let (folder, _) = folder();
    let missing = folder.path().join("missing").join("siskin.db");
    assert!(matches!(refused(&missing).await, OpenError::Inaccessible { .. }));
    let directory = folder.path().join("directory");
    std::fs::create_dir(&directory).unwrap();
    assert!(matches!(refused(&directory).await, OpenError::Inaccessible { .. }));
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    assert!(matches!(refused(&file.join("siskin.db")).await, OpenError::Inaccessible { .. }));
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let (_folder, path) = folder();
    for text in ["no database", &"no database ".repeat(1000)] {
        std::fs::write(&path, text).unwrap();
        assert!(matches!(refused(&path).await, OpenError::Damaged { .. }));
    }
}

#[tokio::test]
async fn a_database_that_was_cut_off() {
    let (_folder, path) = folder();
    used_database(&path).await;
    let whole = std::fs::metadata(&path).unwrap().len();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(whole / 2).unwrap();
    assert!(matches!(refused(&path).await, OpenError::Damaged { .. }));
}

#[tokio::test]
async fn a_database_of_another_program() {
    let (_folder, path) = folder();
    change(&path, "CREATE TABLE instance (id INTEGER); INSERT INTO instance VALUES (1);");
    assert!(matches!(refused(&path).await, OpenError::Foreign { .. }));
}

#[tokio::test]
async fn a_database_of_a_newer_version() {
    let (_folder, path) = folder();
    used_database(&path).await;
    let version = Connection::open(&path).unwrap();
    let known: i64 = version.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    version.pragma_update(None, "user_version", 9000).unwrap();
    version.close().unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::Newer { version: 9000, .. }), "{error}");

    change(&path, &format!("PRAGMA user_version = {known}"));
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.list().await.unwrap().len(), 100, "the refusal left it usable");
}

#[tokio::test]
async fn a_first_start_that_was_cut_short_is_taken_up() {
    let (_folder, path) = folder();
    std::fs::write(&path, "").unwrap();
    SqliteStore::open(&path).await.unwrap().close().await;
    assert!(SqliteStore::open(&path).await.unwrap().list().await.unwrap().is_empty());
}
