//! Notifications on their way to a webhook.

use std::time::Duration;

use serde_json::json;
use siskin_green_api::{Notification, Settings};
use siskin_outbound::OutboundError;
use tokio::time::Instant;

use crate::stage::stage;

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
    let mut arrival = stage.arrival().await;
    for answer in [Ok(201), Ok(204), Ok(302), Ok(500), Err(OutboundError::TimedOut)] {
        assert_eq!((arrival.receipt, &arrival.body["number"]), (1, &json!(1)));
        let refused = Instant::now();
        arrival.answer.send(answer).unwrap();
        arrival = stage.arrival().await;
        assert_eq!(refused.elapsed().as_secs(), 60);
    }
    assert_eq!((arrival.receipt, stage.count().await), (1, 2));
    arrival.answer.send(Ok(200)).unwrap();
    assert_eq!(stage.arrival().await.receipt, 2);
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
async fn a_new_address_ends_a_try_that_is_under_way() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://silent/"})).await;
    stage.notify(1).await;
    let unanswered = stage.arrival().await;
    let changed = Instant::now();
    stage.set(json!({"webhookUrl": "http://mended/"})).await;
    let arrival = stage.arrival().await;
    assert_eq!((arrival.url.as_str(), arrival.receipt), ("http://mended/", unanswered.receipt));
    assert!(changed.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn other_settings_do_not_disturb_a_try() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    stage.notify(1).await;
    let arrival = stage.arrival().await;
    stage.set(json!({"autoTyping": 3})).await;
    arrival.answer.send(Ok(200)).unwrap();
    stage.nothing_arrives().await;
    assert_eq!(stage.count().await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_failing_receiver_does_not_hold_up_other_instances() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://silent/"})).await;
    stage.notify(1).await;
    let _unanswered = stage.arrival().await;
    let other = stage.fleet.create(String::new(), Settings::default()).await.unwrap();
    let settings = json!({"webhookUrl": "http://other/"});
    other.change_settings(settings.as_object().unwrap()).await.unwrap();
    let at = stage.fleet.clock().now();
    let started = Instant::now();
    other.notify(Notification { at, body: json!({"number": 2}) }).await.unwrap();
    assert_eq!(stage.arrival().await.url, "http://other/");
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn what_comes_during_a_try_waits_for_its_end() {
    let stage = stage().await;
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    stage.notify(1).await;
    let first = stage.arrival().await;
    for number in 2..=4 {
        stage.notify(number).await;
        let other = tokio::time::timeout(Duration::from_secs(1), stage.arrival()).await;
        assert!(other.is_err(), "{:?} arrived too", other.map(|arrival| arrival.body));
    }
    first.answer.send(Ok(200)).unwrap();
    for number in 2..=4 {
        let arrival = stage.arrival().await;
        assert_eq!(arrival.body["number"], number);
        arrival.answer.send(Ok(200)).unwrap();
    }
    stage.nothing_arrives().await;
}

#[tokio::test(start_paused = true)]
async fn a_long_log_arrives_in_order_and_once() {
    const MANY: u32 = 300;
    let stage = stage().await;
    for number in 1..=MANY {
        stage.notify(number).await;
    }
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    for number in 1..=MANY {
        let arrival = stage.arrival().await;
        assert_eq!(arrival.body["number"], number);
        arrival.answer.send(Ok(200)).unwrap();
    }
    stage.nothing_arrives().await;
    assert_eq!(stage.count().await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_cleared_during_a_try_is_not_delivered() {
    let stage = stage().await;
    for number in 1..=3 {
        stage.notify(number).await;
    }
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    let first = stage.arrival().await;
    stage.delivery.clear(stage.instance()).await.unwrap();
    first.answer.send(Ok(200)).unwrap();
    stage.nothing_arrives().await;
    stage.notify(4).await;
    assert_eq!(stage.arrival().await.body["number"], 4);
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_during_a_long_try_is_not_delivered() {
    let stage = stage().await;
    for number in 1..=3 {
        stage.notify(number).await;
    }
    stage.set(json!({"webhookUrl": "http://receiver/"})).await;
    let first = stage.arrival().await;
    assert!(stage.delivery.delete(stage.instance(), 2).await.unwrap());
    tokio::time::advance(Duration::from_secs(100)).await;
    first.answer.send(Ok(200)).unwrap();
    assert_eq!(stage.arrival().await.body["number"], 3);
}
