//! Notifications that are polled, counted, deleted and cleared.

use std::time::Duration;

use serde_json::json;
use siskin_delivery::{Cleared, ReceiveError};
use tokio::time::Instant;

use crate::stage::{PATIENCE, stage};

#[tokio::test(start_paused = true)]
async fn clearing_the_address_leads_back_to_polling() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://broken/"})).await;
    stage.notify(1).await;
    stage.arrival().await.answer.send(Ok(500)).unwrap();
    let refused = stage.delivery.receive(stage.instance(), PATIENCE).await;
    assert!(matches!(refused, Err(ReceiveError::WebhookSet)));
    stage.set(json!({"webhookUrl": ""})).await;
    let received = stage.delivery.receive(stage.instance(), PATIENCE).await.unwrap().unwrap();
    assert_eq!(received.notification.body["number"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_poll_waits_peeks_and_ends_with_nothing() {
    let stage = stage().await;
    let five = Duration::from_secs(5);
    let started = Instant::now();
    assert_eq!(stage.delivery.receive(stage.instance(), five).await.unwrap(), None);
    assert_eq!(started.elapsed(), five);
    let (received, ()) = tokio::join!(stage.delivery.receive(stage.instance(), five), async {
        stage.notify(1).await;
    });
    let first = received.unwrap().unwrap();
    let again = stage.delivery.receive(stage.instance(), five).await.unwrap().unwrap();
    assert_eq!(first, again);
    assert!(stage.delivery.delete(stage.instance(), first.receipt).await.unwrap());
    assert!(!stage.delivery.delete(stage.instance(), first.receipt).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_poll_ends_when_the_gateway_does() {
    let stage = stage().await;
    let (received, ()) = tokio::join!(stage.delivery.receive(stage.instance(), PATIENCE), async {
        stage.fleet.shutdown().await;
    });
    assert_eq!(received.unwrap(), None);
    stage.delivery.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_log_is_cleared_once_a_minute() {
    let stage = stage().await;
    stage.notify(1).await;
    assert_eq!(stage.delivery.clear(stage.instance()).await.unwrap(), Cleared::Done);
    stage.notify(2).await;
    tokio::time::advance(Duration::from_secs(20)).await;
    let left = Duration::from_secs(40);
    let again = stage.delivery.clear(stage.instance()).await.unwrap();
    assert_eq!(again, Cleared::TooSoon { left });
    assert_eq!(stage.count().await, 1);
    tokio::time::advance(left).await;
    assert_eq!(stage.delivery.clear(stage.instance()).await.unwrap(), Cleared::Done);
    assert_eq!(stage.count().await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_poll_ends_when_a_webhook_is_set() {
    let stage = stage().await;
    let started = Instant::now();
    let (received, ()) = tokio::join!(stage.delivery.receive(stage.instance(), PATIENCE), async {
        stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    });
    assert!(matches!(received, Err(ReceiveError::WebhookSet)), "{received:?}");
    assert!(started.elapsed() < Duration::from_secs(1));
}
