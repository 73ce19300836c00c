//! What the owner is told, and how.

use std::time::{Duration, Instant};

use serde_json::json;
use siskin_testkit::{Answer, WebhookReceiver};

use crate::stage::{ANN, Stage};

#[tokio::test]
async fn a_webhook_gets_the_notification_with_its_credential() {
    let stage = Stage::start().await;
    let (api, receiver) = (stage.api(), WebhookReceiver::start().await.unwrap());
    let settings = json!({"webhookUrl": receiver.url(), "webhookUrlToken": "let-me-in"});
    assert_eq!(api.post("setSettings", settings).await, json!({"saveSettings": true}));
    let refused = reqwest::get(api.url("receiveNotification")).await.unwrap();
    assert_eq!(refused.status(), 400);
    api.link(&stage.phones(), ANN).await;
    let delivered = receiver.next().await.unwrap();
    assert_eq!(delivered.body["stateInstance"], "authorized");
    assert_eq!(delivered.header("authorization"), Some("Bearer let-me-in"));
    assert_eq!(delivered.header("content-type"), Some("application/json; charset=utf-8"));
}

#[tokio::test]
async fn what_a_broken_webhook_did_not_take_is_polled_after_a_restart() {
    let stage = Stage::start().await;
    let (api, receiver) = (stage.api(), WebhookReceiver::start().await.unwrap());
    // The second one is for the gateway that starts again, should it be faster than we are.
    receiver.answer([Answer::status(500), Answer::status(500)]);
    api.post("setSettings", json!({"webhookUrl": receiver.url()})).await;
    api.link(&stage.phones(), ANN).await;
    receiver.next().await.unwrap();
    let stage = stage.restart().await;
    let api = stage.api();
    api.post("setSettings", json!({"webhookUrl": ""})).await;
    assert_eq!(api.next_state().await, "authorized");
    for state in ["starting", "authorized"] {
        assert_eq!(api.next_state().await, state);
    }
}

#[tokio::test]
async fn an_empty_log_answers_null_after_the_time_that_was_asked_for() {
    let stage = Stage::start().await;
    let started = Instant::now();
    let url = format!("{}?receiveTimeout=5", stage.api().url("receiveNotification"));
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "null");
    assert!(started.elapsed() >= Duration::from_secs(5));
}
