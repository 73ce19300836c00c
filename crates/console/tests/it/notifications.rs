//! The newest notifications of an instance on its page.

use serde_json::json;
use siskin_green_api::Notification;
use siskin_model::UnixMillis;

use crate::live::Stream;
use crate::site::{Site, between};

fn told(kind: &str, text: &str) -> Notification {
    let body = json!({
        "typeWebhook": kind,
        "senderData": { "chatId": "15550100002@c.us" },
        "messageData": {
            "typeMessage": "textMessage",
            "textMessageData": { "textMessage": text },
        },
    });
    Notification { at: UnixMillis(1_700_000_000_000), body }
}

#[tokio::test]
async fn what_waits_in_the_log_is_there_and_what_comes_is_added_on_top() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let instance = site.instance("shop").await;
    instance.notify(told("incomingMessageReceived", "first")).await.unwrap();
    let path = format!("/console/instances/{}", instance.id());
    let page = site.get(&path, &admin.headers()).await.text;
    assert!(page.contains("<code>incomingMessageReceived</code>"));
    let mut stream = Stream::open(&site, &format!("{path}/events"), &admin.headers()).await;
    stream.until("first").await;
    instance.notify(told("incomingMessageReceived", "second")).await.unwrap();
    stream.until("second").await;
    let page = site.get(&path, &admin.headers()).await.text;
    let list = between(&page, "data-list=\"notifications\"", "</ol>");
    assert!(list.find("second") < list.find("first"), "{list}");
}

#[tokio::test]
async fn what_was_fetched_meanwhile_is_still_shown() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let instance = site.instance("shop").await;
    let path = format!("/console/instances/{}", instance.id());
    site.get(&path, &admin.headers()).await;
    let mut stream = Stream::open(&site, &format!("{path}/events"), &admin.headers()).await;
    let receipt = instance.notify(told("incomingMessageReceived", "fetched")).await.unwrap();
    stream.until("fetched").await;
    site.fleet.store().remove(instance.id(), receipt).await.unwrap();
    let page = site.get(&path, &admin.headers()).await.text;
    assert!(page.contains("fetched"));
}

#[tokio::test]
async fn a_notification_cannot_bring_markup_into_the_page() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let instance = site.instance("shop").await;
    instance.notify(told("<b>kind</b>", "<script>alert(1)</script>")).await.unwrap();
    let path = format!("/console/instances/{}", instance.id());
    let page = site.get(&path, &admin.headers()).await.text;
    assert!(!page.contains("<b>kind") && !page.contains("<script>alert"));
}

#[tokio::test]
async fn the_line_that_fetches_them_has_no_token_in_it() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let instance = site.instance("shop").await;
    let path = format!("/console/instances/{}", instance.id());
    let page = site.get(&path, &admin.headers()).await.text;
    let section = between(&page, "id=\"notifications\"", "</section>");
    let call = format!("/waInstance{}/receiveNotification/$API_TOKEN", instance.id());
    assert!(section.contains(&call) && section.contains("href=\"/docs\""), "{section}");
    assert!(!section.contains(instance.token().expose()));
}
