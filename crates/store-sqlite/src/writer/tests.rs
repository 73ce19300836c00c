#![allow(clippy::unwrap_used, clippy::panic)]
use std::pin::Pin;
use std::sync::Arc;

use futures::poll;
use rusqlite::Connection;
use siskin_model::InstanceId;
use siskin_store::{Instances as _, Notifications as _, Result, StoreError};
use siskin_store_testing::conformance::samples::{NOON, created, drain, notification};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::unconstrained;

use super::{GROUP, WAITING};
use crate::notifications::append;
use crate::query::{count, execute};
use crate::{SqliteStore, database};

type Asked<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// A store whose writer is busy with one job until it is let go: what is asked for in the
/// meantime becomes one group.
struct Held {
    store: Arc<SqliteStore>,
    id: InstanceId,
    go: Option<oneshot::Sender<()>>,
    first: Asked<()>,
    folder: TempDir,
}

async fn held() -> Held {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("siskin.db")).await.unwrap());
    let id = created(&*store, "one").await.id;
    let (go, wait) = oneshot::channel::<()>();
    let (began, begins) = oneshot::channel();
    let first = ask(&store, move |_| {
        began.send(()).unwrap();
        wait.blocking_recv().unwrap();
        Ok(())
    });
    let first = first.await;
    begins.await.unwrap();
    Held { store, id, go: Some(go), first, folder }
}

impl Held {
    fn let_go(&mut self) {
        self.go.take().unwrap().send(()).unwrap();
    }

    async fn append(&self, number: i64) -> Asked<i64> {
        let id = self.id;
        ask(&self.store, move |db| Ok(add(db, id, number)?.unwrap_or_default())).await
    }

    async fn numbers(&self) -> Vec<serde_json::Value> {
        let log = drain(&*self.store, self.id).await;
        log.into_iter().map(|(_, told)| told.body["number"].clone()).collect()
    }
}

/// Hands in a job; it waits for its turn.
async fn ask<T, W>(store: &Arc<SqliteStore>, work: W) -> Asked<T>
where
    T: Send + 'static,
    W: FnOnce(&Connection) -> Result<T> + Send + 'static,
{
    let store = store.clone();
    // Without a budget: a test polls more of them in one go than a task is meant to.
    let mut asked: Asked<T> = Box::pin(unconstrained(async move { store.write(work).await }));
    assert!(poll!(&mut asked).is_pending(), "it is handed in and waits");
    asked
}

fn add(db: &Connection, id: InstanceId, number: i64) -> Result<Option<i64>> {
    append(db, id, &notification(number, NOON))
}

fn refused() -> StoreError {
    StoreError::database("refused")
}

#[tokio::test]
async fn jobs_that_wait_are_one_transaction_in_order() {
    let mut held = held().await;
    let first = held.append(1).await;
    let path = held.folder.path().join("siskin.db");
    let seen = ask(&held.store, move |_| {
        let other = Connection::open(path).map_err(database)?;
        count(&other, "SELECT count(*) FROM notification", [])
    });
    let seen = seen.await;
    let second = held.append(2).await;
    held.let_go();
    assert_eq!(seen.await.unwrap(), 0, "the job before it was done and not yet committed");
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (1, 2));
    assert_eq!(held.store.count(held.id, NOON).await.unwrap(), 2);
    held.first.await.unwrap();
}

#[tokio::test]
async fn a_job_that_fails_takes_back_only_its_own_changes() {
    let mut held = held().await;
    let id = held.id;
    let before = held.append(1).await;
    let failing = ask::<(), _>(&held.store, move |db| {
        add(db, id, 2)?;
        Err(refused())
    });
    let failing = failing.await;
    let sql = "INSERT INTO receipt_count (instance, last) VALUES (1, 1)";
    let failing_itself = ask(&held.store, move |db| execute(db, sql, [])).await;
    let after = held.append(3).await;
    held.let_go();
    assert_eq!(failing.await.unwrap_err().to_string(), refused().to_string());
    assert!(failing_itself.await.unwrap_err().to_string().contains("FOREIGN KEY"));
    assert_eq!((before.await.unwrap(), after.await.unwrap()), (1, 2));
    let log = drain(&*held.store, id).await;
    assert_eq!(log, [(1, notification(1, NOON)), (2, notification(3, NOON))]);
}

#[tokio::test]
async fn a_job_that_panics_harms_no_other() {
    let mut held = held().await;
    let id = held.id;
    let before = held.append(1).await;
    let panicking = ask::<(), _>(&held.store, move |db| {
        add(db, id, 2)?;
        panic!("a fault, as this test wants it");
    });
    let panicking = panicking.await;
    let after = held.append(3).await;
    held.let_go();
    assert!(panicking.await.unwrap_err().to_string().contains("panicked"));
    assert_eq!((before.await.unwrap(), after.await.unwrap()), (1, 2));
    let alone = held.store.write::<(), _>(|_| panic!("and in a job alone"));
    assert!(alone.await.is_err());
    assert_eq!(held.append(4).await.await.unwrap(), 3);
    assert_eq!(held.numbers().await, [1, 3, 4]);
}

#[tokio::test]
async fn all_are_told_if_the_commit_fails() {
    let mut held = held().await;
    let before = held.append(1).await;
    let breaking = ask(&held.store, |db| {
        let sql = "PRAGMA defer_foreign_keys = ON;
            INSERT INTO receipt_count (instance, last) VALUES (1, 1)";
        db.execute_batch(sql).map_err(database)
    });
    let breaking = breaking.await;
    let after = held.append(2).await;
    held.let_go();
    let errors = [before.await.err(), breaking.await.err(), after.await.err()];
    for error in errors {
        assert!(error.unwrap().to_string().contains("FOREIGN KEY"));
    }
    assert_eq!(held.append(3).await.await.unwrap(), 1, "and the next ones are carried out");
    assert_eq!(held.numbers().await, [3]);
}

/// SQLite ends a transaction by itself, for example when the disk is full.
#[tokio::test]
async fn nothing_is_done_outside_of_a_transaction_that_has_ended() {
    for succeeds in [false, true] {
        let mut held = held().await;
        let before = held.append(1).await;
        let ending = ask(&held.store, move |db| {
            execute(db, "ROLLBACK", [])?;
            if succeeds { Ok(()) } else { Err(refused()) }
        });
        let ending = ending.await;
        let after = held.append(2).await;
        held.let_go();
        assert!(before.await.is_err(), "what it did is gone");
        assert!(ending.await.is_err());
        assert!(after.await.is_err());
        assert_eq!(held.append(3).await.await.unwrap(), 1, "as if they had not been");
        assert_eq!(held.numbers().await, [3]);
    }
}

#[tokio::test]
async fn whoever_stops_waiting_does_no_harm() {
    let mut held = held().await;
    drop(held.append(1).await);
    let second = held.append(2).await;
    held.let_go();
    assert_eq!(second.await.unwrap(), 2);
    assert_eq!(held.numbers().await, [1, 2]);
}

#[tokio::test]
async fn more_jobs_than_fit_are_all_done_in_order() {
    let mut held = held().await;
    let count = WAITING + 2 * GROUP;
    let mut asked = Vec::new();
    for number in 1..=count {
        asked.push(held.append(number as i64).await);
    }
    held.let_go();
    let receipts = futures::future::try_join_all(asked).await.unwrap();
    assert!(receipts.into_iter().eq(1..=count as i64));
    assert_eq!(held.store.count(held.id, NOON).await.unwrap(), count as u64);
}

#[tokio::test]
async fn closing_does_what_was_asked_for_and_takes_nothing_more() {
    let mut held = held().await;
    let asked = [held.append(1).await, held.append(2).await];
    let store = held.store.clone();
    let mut closing = Box::pin(store.close());
    let mut closing_again = Box::pin(store.close());
    assert!(poll!(&mut closing).is_pending() && poll!(&mut closing_again).is_pending());
    held.let_go();
    futures::join!(closing, closing_again);
    held.first.await.unwrap();
    for (asked, receipt) in asked.into_iter().zip(1..) {
        assert_eq!(asked.await.unwrap(), receipt);
    }
    let late = held.store.save_account(held.id, None).await.unwrap_err();
    assert!(late.to_string().contains("closed"), "{late}");
    held.store.close().await;
    let store = SqliteStore::open(&held.folder.path().join("siskin.db")).await.unwrap();
    assert_eq!(drain(&store, held.id).await.len(), 2);
}
