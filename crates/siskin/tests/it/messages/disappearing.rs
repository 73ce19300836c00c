//! Chats whose messages disappear: every message carries the timer of the chat it goes to.

use serde_json::{Value, json};

use super::groups::group;
use super::{Talk, ann, ben, png};
use crate::stage::{ANN, BEN, Stage};

const DAY: u32 = 86_400;
const WEEK: u32 = 604_800;

/// Somebody sets the timer of the chat of Ann and Ben; the gateway has heard of it.
async fn set_in_chat(talk: &Talk, seconds: u32) {
    let set = json!({"kind": "disappearing", "expiration": seconds});
    talk.ben_sends(set).await;
    // What is behind it is told when it was taken.
    talk.ben_sends(json!({"kind": "text", "text": "set"})).await;
    talk.told("incomingMessageReceived").await;
}

async fn set_in_group(talk: &Talk, group: &str, seconds: u32) {
    let path = format!("phones/{BEN}/groups/{group}/ephemeral");
    let (status, answer) = talk.phones.post(&path, json!({"expiration": seconds})).await;
    assert_eq!(status, 200, "{answer}");
    talk.phone_sends(BEN, group, json!({"kind": "text", "text": "set"})).await;
    talk.told("incomingMessageReceived").await;
}

/// The seconds that a message carries, as Ben's phone has it.
async fn carried(talk: &Talk, id: &str) -> Value {
    talk.ben_sees(id).await["expiration"].clone()
}

async fn text_to(talk: &Talk, chat: &str) -> String {
    talk.send("sendMessage", json!({"chatId": chat, "message": "Hello"})).await
}

async fn forward(talk: &Talk, from: &str, to: &str, id: &str) -> String {
    let body = json!({"chatId": to, "chatIdFrom": from, "messages": [id]});
    talk.api.post("forwardMessages", body).await["messages"][0].as_str().unwrap().to_owned()
}

/// What goes out in so many ways; of each, the seconds that it carries.
async fn carried_by_all(talk: &Talk, chat: &str) -> Vec<Value> {
    let text = text_to(talk, chat).await;
    let mut seen = vec![carried(talk, &text).await];
    let quoting = json!({"chatId": chat, "message": "Yes", "quotedMessageId": text});
    let edit = json!({"chatId": chat, "idMessage": text, "message": "Hello again"});
    let options = json!([{"optionName": "Tea"}, {"optionName": "Coffee"}]);
    for (method, body) in [
        ("sendMessage", quoting),
        ("editMessage", edit),
        ("sendPoll", json!({"chatId": chat, "message": "Drinks?", "options": options})),
        ("sendLocation", json!({"chatId": chat, "latitude": 1, "longitude": 2})),
    ] {
        let id = talk.send(method, body).await;
        seen.push(carried(talk, &id).await);
    }
    let fields = [("chatId", chat), ("caption", "Our shop")];
    for (name, bytes) in [("shop.png", png(8, 8)), ("a.pdf", b"%PDF-1.4\n%none".to_vec())] {
        let answer = talk.api.upload(&fields, name, bytes).await;
        seen.push(carried(talk, answer["idMessage"].as_str().unwrap()).await);
    }
    let copy = forward(talk, chat, chat, &text).await;
    seen.push(carried(talk, &copy).await);
    seen
}

fn all(seconds: impl Into<Value>) -> Vec<Value> {
    vec![seconds.into(); 8]
}

#[tokio::test]
async fn in_a_chat_of_two_everything_carries_the_timer_that_was_set_last() {
    let talk = Talk::start().await;
    assert_eq!(carried_by_all(&talk, &ben()).await, all(Value::Null));
    set_in_chat(&talk, DAY).await;
    assert_eq!(carried_by_all(&talk, &ben()).await, all(DAY));
    // The text is told as ever.
    let id = text_to(&talk, &ben()).await;
    let row = talk.api.post("getMessage", json!({"chatId": ben(), "idMessage": id})).await;
    assert_eq!(row["typeMessage"], "extendedTextMessage", "{row}");
    set_in_chat(&talk, 0).await;
    assert_eq!(carried_by_all(&talk, &ben()).await, all(Value::Null));
    // The owner may set it too, on the phone.
    talk.phone_sends(ANN, &ben(), json!({"kind": "disappearing", "expiration": WEEK})).await;
    talk.phone_sends(ANN, &ben(), json!({"kind": "text", "text": "set"})).await;
    talk.told("outgoingMessageReceived").await;
    let id = text_to(&talk, &ben()).await;
    assert_eq!(carried(&talk, &id).await, WEEK);
}

#[tokio::test]
async fn in_a_group_everything_carries_what_its_settings_say() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    assert_eq!(carried_by_all(&talk, &group).await, all(Value::Null));
    set_in_group(&talk, &group, WEEK).await;
    assert_eq!(carried_by_all(&talk, &group).await, all(WEEK));
    // A member's own message says nothing about the group.
    let message = json!({"kind": "text", "text": "fleeting", "expiration": DAY});
    talk.phone_sends(BEN, &group, message).await;
    talk.told("incomingMessageReceived").await;
    let id = text_to(&talk, &group).await;
    assert_eq!(carried(&talk, &id).await, WEEK);
    set_in_group(&talk, &group, 0).await;
    let id = text_to(&talk, &group).await;
    assert_eq!(carried(&talk, &id).await, Value::Null);
}

#[tokio::test]
async fn a_forward_and_a_quote_bring_no_timer_from_elsewhere() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    set_in_chat(&talk, DAY).await;
    let own = text_to(&talk, &ben()).await;
    assert_eq!(carried(&talk, &own).await, DAY);
    let came = json!({"kind": "text", "text": "fleeting", "expiration": DAY});
    let came = talk.ben_sends(came).await;
    talk.told("incomingMessageReceived").await;
    for id in [&own, &came] {
        let copy = forward(&talk, &ben(), &group, id).await;
        let seen = talk.ben_sees(&copy).await;
        assert_eq!((&seen["forwarded"], &seen["expiration"]), (&json!(true), &Value::Null));
    }
    set_in_group(&talk, &group, WEEK).await;
    let copy = forward(&talk, &ben(), &group, &came).await;
    assert_eq!(carried(&talk, &copy).await, WEEK);
    let body = json!({"chatId": ben(), "message": "Yes", "quotedMessageId": came});
    let seen = talk.ben_sees(&talk.send("sendMessage", body).await).await;
    assert_eq!(seen["expiration"], DAY);
    assert_eq!(
        (&seen["quoted"]["id"], &seen["quoted"]["expiration"]),
        (&json!(came), &Value::Null)
    );
}

#[tokio::test]
async fn timers_that_were_set_before_the_link_hold_and_survive_a_restart() {
    let stage = Stage::start().await;
    let phones = stage.phones();
    let body = json!({"chatId": ann(), "kind": "disappearing", "expiration": DAY});
    let (status, answer) = phones.post(&format!("phones/{BEN}/messages"), body).await;
    assert_eq!(status, 200, "{answer}");
    let body = json!({"subject": "Before", "participants": [ANN], "ephemeral": WEEK});
    let (status, made) = phones.post(&format!("phones/{BEN}/groups"), body).await;
    assert_eq!(status, 200, "{made}");
    let group = made["chatId"].as_str().unwrap();
    let talk = Talk::on(stage).await;
    let look = async || {
        let rows = talk.api.post("getChatHistory", json!({"chatId": ben()})).await;
        let id = text_to(&talk, &ben()).await;
        let carried = carried(&talk, &id).await;
        anyhow::ensure!(carried == DAY, "{carried} {rows}");
        Ok(())
    };
    siskin_testkit::eventually("the history", crate::stage::PATIENCE, look).await.unwrap();
    let id = text_to(&talk, group).await;
    assert_eq!(carried(&talk, &id).await, WEEK);
    let Talk { stage, .. } = talk;
    let stage = stage.restart().await;
    let talk = Talk { api: stage.api(), phones: stage.phones(), stage };
    talk.api.until_state("authorized").await;
    for (chat, seconds) in [(ben(), DAY), (group.to_owned(), WEEK)] {
        let id = text_to(&talk, &chat).await;
        assert_eq!(carried(&talk, &id).await, seconds, "{chat}");
    }
}
