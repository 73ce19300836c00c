use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use siskin_model::{InstanceId, InstanceState, Token, UnixMillis};
use siskin_store::{
    Calls as _, Entry, GatewaySecret, Instances as _, Journal as _, Notifications as _,
    Outbox as _, People as _, Secrets as _, StateChange, StoreError, Timers as _,
};
use siskin_store_sqlite::SqliteStore;
use siskin_store_testing::conformance::contents::contents;
use siskin_store_testing::conformance::message_samples::{
    ann, call, entry, file, message, message_id, outgoing, person, sent,
};
use siskin_store_testing::conformance::samples::{
    NOON, account, append_numbered, created, drain, listed, notification, quiet_change,
};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::folder;

/// The ways for a gateway to end: it closes its store, or it is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Closed,
    Killed,
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    for end in [End::Closed, End::Killed] {
        let (_folder, path) = folder();
        let store = SqliteStore::open(&path).await.unwrap();
        let id = created(&store, "kept").await.id;
        let deleted = created(&store, "deleted").await.id;
        store.delete(deleted, NOON).await.unwrap();
        let change = StateChange {
            notification: Some(notification(1, NOON)),
            ..quiet_change(InstanceState::Authorized, NOON)
        };
        store.record_state(id, change).await.unwrap();
        append_numbered(&store, id, 2..=4).await;
        store.remove(id, 4).await.unwrap();
        let admin = Token::from_text("admin");
        store.secret_or(GatewaySecret::Admin, admin.clone()).await.unwrap();
        talk(&store, id).await;
        let row = listed(&store, id).await;
        let before = contents(&store, id).await;
        // A killed process leaves the files as they are at this moment.
        let (_copy, path) = match end {
            End::Closed => {
                store.close().await;
                (None, path)
            }
            End::Killed => {
                let (copy, copied) = folder();
                copy_files(&path, &copied);
                (Some(copy), copied)
            }
        };

        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(store.list().await.unwrap(), [row], "{end:?}");
        assert_eq!(contents(&store, id).await, before, "{end:?}");
        let kept = store.secret_or(GatewaySecret::Admin, Token::from_text("other")).await.unwrap();
        assert_eq!(kept, (admin, false), "{end:?}");
        assert_eq!(append_numbered(&store, id, 5..=5).await, [5], "{end:?}");
        let numbers: Vec<i64> = drain(&store, id).await.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2, 3, 5], "{end:?}");
        let next = created(&store, "next").await.id;
        assert_eq!(next.get(), deleted.get() + 1, "{end:?}: numbers are not given twice");
    }
}

/// A message that came in, one that leaves and one that waits, with all that belongs to them.
async fn talk(store: &SqliteStore, id: InstanceId) {
    let came = Entry { file: Some(file(1)), ..entry(message(&ann(), 1)) };
    store.record(id, vec![came]).await.unwrap();
    store.enqueue(id, vec![outgoing(&ann(), 2), outgoing(&ann(), 3)], Vec::new()).await.unwrap();
    let queued = store.next_outgoing(id, 0, 1).await.unwrap();
    store.leave(id, queued[0].place, entry(sent(&ann(), 2))).await.unwrap();
    store.learn(id, vec![person(&ann())]).await.unwrap();
    store.record_call(id, &call("1"), None).await.unwrap();
}

/// How many callers work while the process is killed.
const CALLERS: u8 = 8;
/// After how many answers it is.
const ANSWERS: usize = 200;
/// How many calls there are: too few for the log to be written back in the meantime.
const CALLS: i64 = 400;

#[tokio::test]
async fn what_was_answered_in_the_midst_of_work_survives_a_kill() {
    let (_folder, path) = folder();
    let store = Arc::new(SqliteStore::open(&path).await.unwrap());
    let id = created(&*store, "busy").await.id;
    let (answered, mut answers) = mpsc::unbounded_channel();
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let (store, answered) = (store.clone(), answered.clone());
        callers.spawn(async move {
            for number in (i64::from(caller)..CALLS).step_by(usize::from(CALLERS)) {
                let notification = Some(notification(number, NOON));
                let entry = Entry { notification, ..entry(message(&ann(), number)) };
                store.record(id, vec![entry]).await.unwrap();
                if answered.send(number).is_err() {
                    return;
                }
            }
        });
    }
    let mut known = Vec::new();
    answers.recv_many(&mut known, ANSWERS).await;
    while known.len() < ANSWERS {
        answers.recv_many(&mut known, ANSWERS).await;
    }
    // The log only grows meanwhile, so its copy is what a kill at some moment had left.
    let (_copy, copied) = folder();
    for suffix in ["", "-wal"] {
        copy(&path, &copied, suffix);
    }
    drop(answers);
    callers.join_all().await;

    let store = SqliteStore::open(&copied).await.unwrap();
    let there = store.chat_messages(id, &ann(), u32::MAX).await.unwrap();
    let there: BTreeSet<_> = there.into_iter().map(|message| message.id).collect();
    let lost: Vec<_> =
        known.iter().filter(|number| !there.contains(&message_id(**number))).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let log = drain(&store, id).await;
    let told: BTreeSet<_> =
        log.iter().map(|(_, told)| message_id(told.body["number"].as_i64().unwrap())).collect();
    assert_eq!(told, there, "messages and notifications are there together");
}

#[tokio::test]
async fn closing_leaves_one_file() {
    let (folder, path) = folder();
    let store = SqliteStore::open(&path).await.unwrap();
    created(&store, "one").await;
    store.close().await;
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[tokio::test]
async fn deleting_an_instance_leaves_no_row_but_the_one_that_tells_of_it() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).await.unwrap();
    let before = rows(&path);
    let id = created(&store, "deleted").await.id;
    store.save_account(id, Some(&account("Ann"))).await.unwrap();
    let change = StateChange {
        notification: Some(notification(1, NOON)),
        ..quiet_change(InstanceState::Authorized, NOON)
    };
    store.record_state(id, change).await.unwrap();
    talk(&store, id).await;
    assert!(rows(&path) > before + 1, "the test sees the rows of an instance");
    store.delete(id, NOON).await.unwrap();
    assert_eq!(rows(&path), before + 1);
    assert_eq!(store.forget_deleted(UnixMillis(NOON.0 + 1)).await.unwrap(), 1);
    assert_eq!(rows(&path), before);
}

#[tokio::test]
async fn a_deleted_token_is_not_in_the_file_any_more() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).await.unwrap();
    let id = created(&store, "deleted").await.id;
    let token = "a-token-that-must-not-be-left-behind";
    store.save_token(id, &Token::from_text(token)).await.unwrap();
    store.close().await;
    assert!(contains(&path, token), "the test can see a token in the file");

    let store = SqliteStore::open(&path).await.unwrap();
    store.delete(id, NOON).await.unwrap();
    store.close().await;
    assert!(!contains(&path, token));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = folder();
    // Restored from a backup with the rights of every day.
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    created(&store, "one").await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
    }
}

#[tokio::test]
async fn damaged_rows_are_told_without_their_values() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).await.unwrap();
    let id = created(&store, "damaged").await.id;
    let other = Connection::open(&path).unwrap();
    let settings = r#"{"webhookUrlToken": 5, "webhookUrl": {"hidden": "credential"}}"#;
    other.execute("UPDATE instance SET settings = ?", [settings]).unwrap();
    let error = store.list().await.unwrap_err().to_string();
    assert!(error.contains("settings") && !error.contains("credential"), "{error}");
    other.execute("UPDATE instance SET settings = '{}', state = 'sleeping'", []).unwrap();
    let error = store.list().await.unwrap_err().to_string();
    assert!(error.contains("a state") && error.contains("sleeping"), "{error}");
    assert_eq!(store.count(id, UnixMillis(0)).await.unwrap(), 0);
}

/// How many rows there are in all tables, SQLite's own aside.
fn rows(path: &Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        .unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let count = |table| {
        let sql = format!("SELECT count(*) FROM {table}");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    tables.map(Result::unwrap).map(count).sum()
}

fn copy_files(from: &Path, to: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        copy(from, to, suffix);
    }
}

fn copy(from: &Path, to: &Path, suffix: &str) {
    let with_suffix = |path: &Path| format!("{}{suffix}", path.display());
    std::fs::copy(with_suffix(from), with_suffix(to)).unwrap();
}

fn contains(path: &Path, text: &str) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn the_cause_of_a_failure_is_the_databases_own_error() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).await.unwrap();
    let id = created(&store, "broken").await.id;
    Connection::open(&path).unwrap().execute_batch("DROP TABLE timer").unwrap();
    let StoreError::Database(cause) = store.timer(id, &ann()).await.unwrap_err() else { panic!() };
    assert!(cause.is::<rusqlite::Error>(), "{cause}");
    assert!(cause.to_string().contains("no such table"), "{cause}");
}
