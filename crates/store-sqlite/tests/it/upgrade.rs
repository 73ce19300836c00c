//! Databases that earlier versions have made.

use std::path::Path;

use rusqlite::Connection;
use siskin_model::{InstanceId, InstanceState};
use siskin_store::{Instances as _, Journal as _};
use siskin_store_sqlite::SqliteStore;
use siskin_store_testing::conformance::message_samples::{ann, keep, message};
use siskin_store_testing::conformance::samples::{
    NOON, append_numbered, created, drain, notification,
};

use crate::folder;

/// Two instances: one with notifications 4 and 6 of six, and one that never had any.
const ROWS: &str = r#"
    INSERT INTO instance (name, token, created, settings, state, state_at, last_receipt)
    VALUES ('old', 'secret', 1, '{}', 'authorized', 2, 6),
        ('quiet', 's', 1, '{}', 'starting', 2, 0);
    INSERT INTO state_history (instance, state, at) VALUES (7103000001, 'authorized', 2);
    INSERT INTO notification (instance, receipt, at, body) VALUES
        (7103000001, 4, 1790000000000, '{"typeWebhook": "sample", "number": 4}'),
        (7103000001, 6, 1790000000000, '{"typeWebhook": "sample", "number": 6}');
"#;

/// What counted migrations at first, as far as it matters.
const FORMER_COUNT: &str = "
    CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, success BOOLEAN NOT NULL);
    INSERT INTO _sqlx_migrations VALUES (1, TRUE);";

/// Makes a database as the version with only the first migration left it.
fn first_version(path: &Path) {
    let connection = Connection::open(path).unwrap();
    let first = include_str!("../../migrations/0001_gateway.sql");
    for sql in [FORMER_COUNT, first, ROWS] {
        connection.execute_batch(sql).unwrap();
    }
    connection.close().unwrap();
}

#[tokio::test]
async fn a_database_of_the_first_version_goes_on() {
    let (_folder, path) = folder();
    first_version(&path);
    let (id, quiet) = (InstanceId::FIRST, InstanceId::new(InstanceId::FIRST.get() + 1));
    let store = SqliteStore::open(&path).await.unwrap();
    let rows = store.list().await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [id, quiet]);
    assert_eq!((&*rows[0].name, rows[0].token.expose()), ("old", "secret"));
    assert_eq!(rows[0].last.record.state, InstanceState::Authorized);
    assert_eq!(store.state_history(id, 9).await.unwrap().len(), 1);

    assert_eq!(append_numbered(&store, id, 7..=7).await, [7], "receipts go on");
    assert_eq!(append_numbered(&store, quiet, 1..=1).await, [1]);
    let log = [4, 6, 7].map(|number| (number, notification(number, NOON)));
    assert_eq!(drain(&store, id).await, log);
    keep(&store, id, &[message(&ann(), 1)]).await;
    let next = created(&store, "new").await.id;
    assert_eq!(next.get(), quiet.get() + 1);
    assert_eq!(append_numbered(&store, next, 1..=1).await, [1]);
    store.close().await;

    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), [message(&ann(), 1)]);
    store.delete(id, NOON).await.unwrap();
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), []);
    assert_eq!(append_numbered(&store, quiet, 2..=2).await, [2]);
}

#[tokio::test]
async fn a_former_version_that_was_tried_out_does_no_harm() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).await.unwrap();
    let id = created(&store, "kept").await.id;
    store.close().await;
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&FORMER_COUNT.replace("(1, TRUE)", "(1, FALSE)")).unwrap();
    connection.close().unwrap();

    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.list().await.unwrap()[0].id, id);
}
