//! What becomes of notifications when an instance or the gateway ends.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use siskin_green_api::Settings;
use siskin_store_testing::MemoryStore;
use tokio::time::Instant;

use crate::stage::{PATIENCE, stage, stage_on};

#[tokio::test(start_paused = true)]
async fn deleting_an_instance_ends_its_try_and_its_pause() {
    for refused in [false, true] {
        let mut stage = stage().await;
        stage.set(json!({"webhookUrl": "http://receiver/"})).await;
        stage.notify(1).await;
        let arrival = stage.arrival().await;
        let answer = if refused {
            arrival.answer.send(Ok(500)).unwrap();
            None
        } else {
            Some(arrival.answer)
        };
        let deleted = Instant::now();
        stage.delete().await;
        if let Some(mut answer) = answer {
            // The try is dropped, and with it the end that would take the answer.
            tokio::time::timeout(PATIENCE, answer.closed()).await.unwrap();
            assert!(deleted.elapsed() < Duration::from_secs(1));
        }
        stage.nothing_arrives().await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_accepted_comes_again_after_a_restart() {
    let store = Arc::new(MemoryStore::default());
    let first = stage_on(store.clone()).await;
    first.fleet.create(String::new(), Settings::default()).await.unwrap();
    let first = stage_on(store.clone()).await;
    first.set(json!({"webhookUrl": "http://receiver/"})).await;
    first.notify(1).await;
    first.notify(2).await;
    let unanswered = first.arrival().await;
    let stopped = Instant::now();
    first.fleet.shutdown().await;
    first.delivery.stop().await;
    assert!(stopped.elapsed() < Duration::from_secs(1), "a try does not hold up the end");

    let second = stage_on(store).await;
    for number in 1..=2 {
        let arrival = second.arrival().await;
        assert_eq!(arrival.body["number"], number);
        if number == 1 {
            assert_eq!(arrival.receipt, unanswered.receipt, "so that it is known again");
        }
        arrival.answer.send(Ok(200)).unwrap();
    }
    second.nothing_arrives().await;
    assert_eq!(second.count().await, 0);
}
