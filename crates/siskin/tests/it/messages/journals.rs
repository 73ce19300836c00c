//! What the gateway remembers, and what the phone tells of the time before.

use serde_json::json;
use siskin_testkit::eventually;

use super::{Talk, ann, ben};
use crate::stage::{ANN, BEN, PATIENCE, Stage};

#[tokio::test]
async fn the_last_messages_of_both_directions_are_listed() {
    let talk = Talk::start().await;
    let came = talk.ben_sends(json!({"kind": "text", "text": "one"})).await;
    talk.told("incomingMessageReceived").await;
    let went = talk.send("sendMessage", json!({"chatId": ben(), "message": "two"})).await;
    talk.told_of_sent(&went).await;
    assert_eq!(talk.status_of(&went).await, "sent");
    let incoming = talk.api.get("lastIncomingMessages").await;
    assert_eq!(incoming.as_array().unwrap().len(), 1);
    assert_eq!(
        (&incoming[0]["idMessage"], &incoming[0]["senderId"]),
        (&json!(came), &json!(ben()))
    );
    let outgoing = talk.api.get("lastOutgoingMessages").await;
    assert_eq!(outgoing.as_array().unwrap().len(), 1);
    assert_eq!(
        (&outgoing[0]["idMessage"], &outgoing[0]["sendByApi"]),
        (&json!(went), &json!(true))
    );
}

#[tokio::test]
async fn what_happened_before_the_link_is_there_after_it() {
    let stage = Stage::start().await;
    let phones = stage.phones();
    let say = async |from: &str, to: String, text: &str| {
        let body = json!({"chatId": to, "kind": "text", "text": text});
        let (status, answer) = phones.post(&format!("phones/{from}/messages"), body).await;
        assert_eq!(status, 200, "{answer}");
    };
    say(BEN, ann(), "before").await;
    say(ANN, ben(), "answer").await;
    let talk = Talk::on(stage).await;
    let look = async || {
        let rows = talk.api.post("getChatHistory", json!({"chatId": ben()})).await;
        let texts: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| row["textMessage"].clone()).collect();
        anyhow::ensure!(texts.len() == 2, "{rows}");
        let types: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| row["type"].clone()).collect();
        anyhow::ensure!(types.contains(&json!("incoming")) && types.contains(&json!("outgoing")));
        Ok(())
    };
    eventually("the history", PATIENCE, look).await.unwrap();
    // History is no news.
    talk.ben_sends(json!({"kind": "text", "text": "after"})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["messageData"]["textMessageData"]["textMessage"], "after");
}
