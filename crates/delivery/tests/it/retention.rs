//! Notifications older than 24 hours.

use std::time::Duration;

use serde_json::json;
use siskin_testkit::eventually;

use crate::stage::stage;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How exactly the test looks.
const INTERVAL: Duration = Duration::from_secs(1);
/// More than a test takes.
const MARGIN: Duration = Duration::from_secs(600);

#[tokio::test(start_paused = true)]
async fn they_are_neither_counted_nor_polled_nor_delivered() {
    let stage = stage().await;
    let now = stage.fleet.clock().now();
    stage.notify_of(1, now.minus(DAY + MARGIN)).await;
    stage.notify_of(2, now.minus(DAY - MARGIN)).await;
    assert_eq!(stage.count().await, 1);
    let polled = stage.delivery.receive(stage.instance(), MARGIN).await.unwrap().unwrap();
    assert_eq!(polled.notification.body["number"], 2);
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    let arrival = stage.arrival().await;
    assert_eq!(arrival.body["number"], 2);
    arrival.answer.send(Ok(200)).unwrap();
    stage.nothing_arrives().await;
}

#[tokio::test(start_paused = true)]
async fn they_are_removed_at_the_start_and_then_every_hour() {
    let stage = stage().await;
    let old = stage.fleet.clock().now().minus(DAY + MARGIN);
    let hour = Duration::from_secs(3600);
    for (number, after) in [(1, Duration::ZERO), (2, hour), (3, hour)] {
        stage.notify_of(number, old).await;
        tokio::time::advance(after).await;
        let removed = eventually("an empty log", INTERVAL, async || {
            let pending = stage.fleet.store().pending().await?;
            anyhow::ensure!(pending.is_empty(), "{pending:?}");
            Ok(())
        });
        removed.await.unwrap();
    }
}
