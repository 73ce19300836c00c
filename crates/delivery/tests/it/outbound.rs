//! The whole way, over HTTP, to a receiver on loopback.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use siskin_delivery::{Delivery, Schedule};
use siskin_fleet_testing::{ScriptedEngine, fleet};
use siskin_green_api::{Notification, Settings};
use siskin_outbound::{Outbound, Policy};
use siskin_store_testing::MemoryStore;
use siskin_testkit::{Answer, WebhookReceiver, eventually};

#[tokio::test]
async fn a_receiver_gets_each_notification_until_it_answers_200() {
    let receiver = WebhookReceiver::start().await.unwrap();
    receiver.answer([Answer::status(503), Answer::never(), Answer::status(200)]);
    let fleet = fleet(Arc::new(MemoryStore::default()), ScriptedEngine::new()).await.unwrap();
    let schedule = Schedule {
        patience: Duration::from_millis(200),
        pause: Duration::from_millis(10),
        ..Schedule::default()
    };
    let sender = Arc::new(Outbound::new(Policy::AnyIncludingPrivate));
    let delivery = Delivery::start(fleet.clone(), sender, schedule);
    let instance = fleet.create(String::new(), Settings::default()).await.unwrap();
    let settings = json!({"webhookUrl": receiver.url(), "webhookUrlToken": "let-me-in"});
    instance.change_settings(settings.as_object().unwrap()).await.unwrap();
    for number in 1..=2 {
        let at = fleet.clock().now();
        let body = json!({"typeWebhook": "sample", "number": number});
        instance.notify(Notification { at, body }).await.unwrap();
    }
    for number in [1, 1, 1, 2] {
        let delivered = receiver.next().await.unwrap();
        assert_eq!(delivered.body, json!({"typeWebhook": "sample", "number": number}));
        assert_eq!(delivered.header("authorization"), Some("Bearer let-me-in"));
        let receipt = number.to_string();
        assert_eq!(delivered.header("x-siskin-receipt"), Some(receipt.as_str()));
    }
    eventually("an empty log", Duration::from_secs(20), async || {
        let count = delivery.count(&instance).await?;
        anyhow::ensure!(count == 0, "{count} notifications");
        Ok(())
    })
    .await
    .unwrap();
}
