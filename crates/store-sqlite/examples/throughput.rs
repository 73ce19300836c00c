//! What the store carries in a second: notifications appended, messages sent, and messages
//! sent and told. To be sent, a message is queued, leaves, is acknowledged and delivered, with
//! a notification of each of the last three steps; to be told, these are taken out again.
//!
//! `cargo run --release -p siskin-store-sqlite --example throughput [FOLDER]`: the database is
//! made in a folder of its own within FOLDER, which decides about the disk; else within the
//! one for temporary files.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use siskin_model::{InstanceId, MessageStatus, Receipt};
use siskin_store::{Entry, Notifications as _, Outbox as _};
use siskin_store_sqlite::SqliteStore;
use siskin_store_testing::conformance::message_samples::{ann, entry, outgoing, sent, step};
use siskin_store_testing::conformance::samples::{NOON, after_noon, created, notification};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(3);
/// How many instances work at the same time.
const CONCURRENCY: [usize; 3] = [1, 10, 100];

#[tokio::main]
async fn main() {
    let folder = match std::env::args().nth(1) {
        Some(parent) => tempfile::tempdir_in(parent),
        None => tempfile::tempdir(),
    };
    let folder = folder.unwrap();
    println!("instances  appended/s  sent/s  sent and told/s");
    for instances in CONCURRENCY {
        let path = folder.path().join(format!("{instances}.db"));
        let [appended, sent, told] = measure(&path, instances).await;
        println!("{instances:>9}  {appended:>10.0}  {sent:>6.0}  {told:>15.0}");
    }
}

/// The three figures with so many instances at work.
async fn measure(path: &Path, instances: usize) -> [f64; 3] {
    let store = Arc::new(SqliteStore::open(path).await.unwrap());
    let mut ids = Vec::new();
    for number in 0..instances {
        ids.push(created(&*store, &format!("instance {number}")).await.id);
    }
    let appended = per_second(&store, &ids, |store, id, number| async move {
        store.append(id, notification(number, NOON)).await.unwrap();
    });
    let appended = appended.await;
    clear(&store, &ids).await;
    let sent = per_second(&store, &ids, |store, id, number| async move {
        send(&store, id, number).await;
    });
    let sent = sent.await;
    clear(&store, &ids).await;
    let told = per_second(&store, &ids, |store, id, number| async move {
        // Other numbers than those of the messages that were sent before.
        for receipt in send(&store, id, -number).await {
            assert!(store.remove(id, receipt).await.unwrap());
        }
    });
    let told = told.await;
    store.close().await;
    [appended, sent, told]
}

async fn clear(store: &SqliteStore, ids: &[InstanceId]) {
    for id in ids {
        store.clear(*id).await.unwrap();
    }
}

/// The way of one message from the caller to the receiver's device; what tells of it.
async fn send(store: &SqliteStore, id: InstanceId, number: i64) -> Vec<Receipt> {
    let chat = ann();
    store.enqueue(id, vec![outgoing(&chat, number)], Vec::new()).await.unwrap();
    let queued = store.next_outgoing(id, 0, 1).await.unwrap();
    let told =
        Entry { notification: Some(notification(number, NOON)), ..entry(sent(&chat, number)) };
    let mut receipts = vec![store.leave(id, queued[0].place, told).await.unwrap().unwrap().receipt];
    for (status, millis) in [(MessageStatus::Sent, 1), (MessageStatus::Delivered, 2)] {
        let steps = vec![step(&chat, number, status, after_noon(millis))];
        receipts.extend(store.advance(id, steps).await.unwrap());
    }
    receipts.into_iter().map(Option::unwrap).collect()
}

/// Lets every instance do its work over and over; how often it was done per second in all.
async fn per_second<W, F>(store: &Arc<SqliteStore>, ids: &[InstanceId], work: W) -> f64
where
    W: Fn(Arc<SqliteStore>, InstanceId, i64) -> F + Copy + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let start = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    for id in ids.iter().copied() {
        let store = store.clone();
        workers.spawn(async move {
            let mut done = 0;
            while start.elapsed() < SPAN {
                done += 1;
                work(store.clone(), id, done).await;
            }
            done
        });
    }
    let done: i64 = workers.join_all().await.into_iter().sum();
    done as f64 / start.elapsed().as_secs_f64()
}
