//! Delivery to a webhook, with the receiver's part played by the test.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use siskin_delivery::{Attempt, Cleared, Delivery, ReceiveError, Schedule, WebhookSender};
use siskin_fleet::testing::{ScriptedEngine, fleet};
use siskin_fleet::{Fleet, Instance};
use siskin_model::{Notification, Settings};
use siskin_outbound::OutboundError;
use siskin_store::MemoryStore;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(3600);

/// What arrived at the receiver, and the way back for its answer.
struct Arrival {
    url: String,
    receipt: i64,
    body: Value,
    answer: oneshot::Sender<Result<u16, OutboundError>>,
}

struct Receiver {
    arrivals: mpsc::Sender<Arrival>,
}

#[async_trait]
impl WebhookSender for Receiver {
    async fn post(&self, attempt: Attempt<'_>) -> Result<u16, OutboundError> {
        let (answer, answered) = oneshot::channel();
        let arrival = Arrival {
            url: attempt.url.to_owned(),
            receipt: attempt.receipt,
            body: serde_json::from_str(&attempt.body).unwrap(),
            answer,
        };
        self.arrivals.send(arrival).await.unwrap();
        tokio::time::timeout(attempt.patience, answered)
            .await
            .map_err(|_| OutboundError::TimedOut)?
            .unwrap_or(Err(OutboundError::TimedOut))
    }
}

struct Stage {
    fleet: Arc<Fleet>,
    delivery: Arc<Delivery>,
    instance: Arc<Instance>,
    arrivals: Mutex<mpsc::Receiver<Arrival>>,
}

async fn stage() -> Stage {
    let (store, engine) = (Arc::new(MemoryStore::default()), ScriptedEngine::new());
    let fleet = fleet(store, engine).await.unwrap();
    let (sender, arrivals) = mpsc::channel(64);
    let receiver = Arc::new(Receiver { arrivals: sender });
    let delivery = Delivery::start(fleet.clone(), receiver, Schedule::default());
    let instance = fleet.create(String::new(), Settings::default()).await.unwrap();
    Stage { fleet, delivery, instance, arrivals: Mutex::new(arrivals) }
}

impl Stage {
    async fn set(&self, changes: Value) {
        self.instance.change_settings(changes.as_object().unwrap()).await.unwrap();
    }

    async fn notify(&self, number: u32) {
        let at = self.fleet.clock().now();
        let notification = Notification { at, body: json!({ "number": number }) };
        self.instance.notify(notification).await.unwrap();
    }

    async fn arrival(&self) -> Arrival {
        tokio::time::timeout(PATIENCE, async { self.arrivals.lock().await.recv().await })
            .await
            .expect("nothing arrived")
            .unwrap()
    }

    async fn count(&self) -> u64 {
        self.delivery.count(&self.instance).await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn notifications_arrive_in_order_and_leave_the_log_when_accepted() {
    let stage = stage().await;
    for number in 1..=3 {
        stage.notify(number).await;
    }
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    for number in 1..=3 {
        let arrival = stage.arrival().await;
        assert_eq!(arrival.body["number"], number);
        assert_eq!(arrival.url, "http://receiver/");
        arrival.answer.send(Ok(200)).unwrap();
    }
    stage.notify(4).await;
    assert_eq!(stage.arrival().await.body["number"], 4);
}

#[tokio::test(start_paused = true)]
async fn only_exactly_200_is_accepted_and_the_same_one_comes_again_after_a_minute() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    stage.notify(1).await;
    stage.notify(2).await;
    for status in [Ok(201), Ok(204), Ok(302), Ok(500), Err(OutboundError::TimedOut)] {
        let arrival = stage.arrival().await;
        assert_eq!((arrival.receipt, &arrival.body["number"]), (1, &json!(1)));
        let refused = Instant::now();
        arrival.answer.send(status).unwrap();
        let again = stage.arrival().await;
        assert_eq!(refused.elapsed().as_secs(), 60);
        assert_eq!(again.receipt, 1);
        // Goes on as the next round's first arrival: silence this time.
        drop(again.answer);
    }
    stage.arrival().await.answer.send(Ok(200)).unwrap();
    assert_eq!(stage.arrival().await.body["number"], 2);
    assert_eq!(stage.count().await, 1);
}

#[tokio::test(start_paused = true)]
async fn silence_counts_as_refusal_after_three_minutes() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    stage.notify(1).await;
    let started = Instant::now();
    let unanswered = stage.arrival().await;
    let again = stage.arrival().await;
    assert_eq!(started.elapsed().as_secs(), 180 + 60);
    assert_eq!(again.receipt, unanswered.receipt);
}

#[tokio::test(start_paused = true)]
async fn a_new_address_is_used_at_once() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://broken/"})).await;
    stage.notify(1).await;
    stage.arrival().await.answer.send(Ok(500)).unwrap();
    let changed = Instant::now();
    stage.set(json!({"webhookUrl": "http://mended/"})).await;
    let arrival = stage.arrival().await;
    assert_eq!(arrival.url, "http://mended/");
    assert!(changed.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn clearing_the_address_leads_back_to_polling() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://broken/"})).await;
    stage.notify(1).await;
    stage.arrival().await.answer.send(Ok(500)).unwrap();
    let refused = stage.delivery.receive(&stage.instance, PATIENCE).await;
    assert!(matches!(refused, Err(ReceiveError::WebhookSet)));
    stage.set(json!({"webhookUrl": ""})).await;
    let received = stage.delivery.receive(&stage.instance, PATIENCE).await.unwrap().unwrap();
    assert_eq!(received.notification.body["number"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_poll_waits_peeks_and_ends_with_nothing() {
    let stage = stage().await;
    let five = Duration::from_secs(5);
    let started = Instant::now();
    assert_eq!(stage.delivery.receive(&stage.instance, five).await.unwrap(), None);
    assert_eq!(started.elapsed(), five);
    let (received, ()) = tokio::join!(stage.delivery.receive(&stage.instance, five), async {
        stage.notify(1).await;
    });
    let first = received.unwrap().unwrap();
    let again = stage.delivery.receive(&stage.instance, five).await.unwrap().unwrap();
    assert_eq!(first, again);
    assert!(stage.delivery.delete(&stage.instance, first.receipt).await.unwrap());
    assert!(!stage.delivery.delete(&stage.instance, first.receipt).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_poll_ends_when_the_gateway_does() {
    let stage = stage().await;
    let (received, ()) = tokio::join!(stage.delivery.receive(&stage.instance, PATIENCE), async {
        stage.fleet.shutdown().await;
    });
    assert_eq!(received.unwrap(), None);
    stage.delivery.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_log_is_cleared_once_a_minute() {
    let stage = stage().await;
    stage.notify(1).await;
    assert_eq!(stage.delivery.clear(&stage.instance).await.unwrap(), Cleared::Done);
    stage.notify(2).await;
    tokio::time::advance(Duration::from_secs(20)).await;
    let left = Duration::from_secs(40);
    let again = stage.delivery.clear(&stage.instance).await.unwrap();
    assert_eq!(again, Cleared::TooSoon { left });
    assert_eq!(stage.count().await, 1);
    tokio::time::advance(left).await;
    assert_eq!(stage.delivery.clear(&stage.instance).await.unwrap(), Cleared::Done);
    assert_eq!(stage.count().await, 0);
}
