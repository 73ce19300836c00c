#![allow(clippy::unwrap_used)]

use std::time::Duration;

use serde_json::json;
use siskin_fleet::{End, SessionEvent};

use crate::testing::{Api, BOB, validation};

fn hello() -> serde_json::Value {
    json!({"chatId": BOB, "message": "Hello"})
}

#[tokio::test]
async fn an_instance_that_is_not_linked_accepts_and_sends_once_it_is() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let id = instance.accepted("sendMessage", &hello()).await;
    assert_eq!(instance.waiting().await[0].id.as_str(), id);
    let session = instance.linked().await;
    let (sent, said) = instance.sent(&session).await;
    assert_eq!((sent.id.as_str(), said.content.text()), (&*id, Some("Hello")));
}

#[tokio::test]
async fn a_number_without_an_account_is_accepted_too() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    session.without_account(siskin_model::ChatId::parse(BOB).unwrap());
    instance.accepted("sendMessage", &hello()).await;
}

#[tokio::test]
async fn a_suspended_account_accepts_nothing() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    let ban = End::TemporarilyBanned(Duration::from_secs(3600));
    session.send(SessionEvent::Ended(ban)).await;
    instance.until_state("suspended").await;
    for method in ["sendMessage", "sendFileByUpload", "sendFileByUrl", "forwardMessages"] {
        let answer = instance.post(method, &hello()).await;
        assert_eq!((answer.status, answer.text()), (403, "Your account is suspended".into()));
    }
    instance.nothing_waits().await;
}

#[tokio::test]
async fn a_banned_account_accepts_what_it_may_send_later() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    session.send(SessionEvent::Ended(End::Banned)).await;
    instance.until_state("blocked").await;
    instance.accepted("sendMessage", &hello()).await;
    assert_eq!(instance.waiting().await.len(), 1);
}

#[tokio::test]
async fn an_answer_quotes_what_the_journal_of_its_chat_has() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    let known = instance.received(&session, BOB, "Are you open?").await;
    let mut body = hello();
    body["quotedMessageId"] = json!(known);
    instance.accepted("sendMessage", &body).await;
    let (_, said) = instance.sent(&session).await;
    assert_eq!(said.quoted.unwrap().id.as_str(), known);
    body["quotedMessageId"] = json!("BAE5000000000001");
    let refused = "'quotedMessageId' must be the id of a known message of the chat";
    validation(&instance.post("sendMessage", &body).await, refused);
    body["quotedMessageId"] = json!("BAE5");
    let answer = instance.post("sendMessage", &body).await;
    validation(&answer, "'message id' must be at least 16 symbols");
    instance.nothing_waits().await;
}

#[tokio::test]
async fn the_typing_time_goes_with_the_message() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let mut body = hello();
    body["typingTime"] = json!(1500);
    instance.accepted("sendMessage", &body).await;
    assert_eq!(instance.waiting().await[0].typing.unwrap().millis, 1500);
    body["typingTime"] = json!(999);
    let answer = instance.post("sendMessage", &body).await;
    validation(&answer, "'typingTime' must be greater than or equal to 1000");
}
