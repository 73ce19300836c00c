//! Messages in groups.

use serde_json::{Value, json};

use super::{Talk, ann, ben};
use crate::stage::{ANN, BEN};

/// A group of Ann, Ben and one more, made by Ben.
pub async fn group(talk: &Talk) -> String {
    group_addressed(talk, "lid").await
}

/// The same, in which people go by LID or by number.
pub async fn group_addressed(talk: &Talk, addressing: &str) -> String {
    let phones = talk.phones.get("phones").await;
    let all: Vec<Value> = phones.as_array().unwrap().clone();
    let others: Vec<Value> =
        all.iter().map(|row| row["phone"].clone()).filter(|number| *number != BEN).collect();
    let subject = "Weekend plans";
    let body = json!({"subject": subject, "participants": others, "addressing": addressing});
    let (status, answer) = talk.phones.post(&format!("phones/{BEN}/groups"), body).await;
    assert_eq!(status, 200, "{answer}");
    answer["chatId"].as_str().unwrap().to_owned()
}

/// A phone goes on or off the network.
async fn go(talk: &Talk, phone: &str, online: bool) {
    let body = json!({"online": online});
    let (status, answer) = talk.phones.post(&format!("phones/{phone}/online"), body).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn a_group_is_heard_and_spoken_to() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    let id = talk.phone_sends(BEN, &group, json!({"kind": "text", "text": "Saturday?"})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str());
    assert_eq!(told["senderData"]["chatId"], group.as_str());
    assert_eq!(told["senderData"]["sender"], ben());
    assert_eq!(told["senderData"]["chatName"], "Weekend plans");
    let body = json!({"chatId": group, "message": "Yes", "quotedMessageId": id});
    let answer = talk.send("sendMessage", body).await;
    let seen = talk.ben_sees(&answer).await;
    assert_eq!((&seen["chatId"], &seen["text"]), (&json!(group), &json!("Yes")));
    assert_eq!((&seen["from"], &seen["quoted"]["id"]), (&json!(ann()), &json!(id)));
    let told = talk.told_of_sent(&answer).await;
    assert_eq!(told["senderData"]["chatId"], group.as_str());
    assert_eq!(talk.status_of(&answer).await, "sent");
    assert_eq!(talk.status_of(&answer).await, "delivered");
    let reaction = json!({"kind": "reaction", "targetId": answer, "text": "👍"});
    talk.phone_sends(BEN, &group, reaction).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["messageData"]["quotedMessage"]["participant"], ann(), "{told}");
}

#[tokio::test]
async fn who_is_not_in_the_group_is_told_so() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    talk.phone_sends(BEN, &group, json!({"kind": "text", "text": "hello"})).await;
    talk.told("incomingMessageReceived").await;
    let path = format!("phones/{BEN}/groups/{group}/participants");
    let (status, answer) = talk.phones.post(&path, json!({"remove": [ANN]})).await;
    assert_eq!(status, 200, "{answer}");
    let lost = talk.send("sendMessage", json!({"chatId": group, "message": "lost"})).await;
    assert_eq!(talk.status_of(&lost).await, "notInGroup");
    let kept = talk.send("sendMessage", json!({"chatId": ben(), "message": "kept"})).await;
    assert_eq!(talk.ben_sees(&kept).await["text"], "kept");
}

#[tokio::test]
async fn a_message_that_no_member_can_read_is_never_sent() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    let others = [BEN, "15550100003"];
    for phone in others {
        talk.phones.fault(json!({"phone": phone, "keyless": true})).await;
        // A phone that is there asks for what it cannot read, and gives its keys with that.
        go(&talk, phone, false).await;
    }
    let mut lost = Vec::new();
    for text in ["lost", "lost as well"] {
        let id = talk.send("sendMessage", json!({"chatId": group, "message": text})).await;
        let told = talk.told_status_of(&id).await;
        assert_eq!(told["status"], "failed", "{told}");
        assert!(told["description"].as_str().unwrap().contains("key to read it"), "{told}");
        lost.push(id);
    }
    // Who comes back asks for what it cannot read. One who can read it is enough.
    talk.phones.fault(json!({"phone": BEN, "keyless": false})).await;
    go(&talk, BEN, true).await;
    for id in lost {
        assert!(talk.ben_sees(&id).await["text"].as_str().unwrap().starts_with("lost"));
    }
    for text in ["kept", "kept as well"] {
        let id = talk.send("sendMessage", json!({"chatId": group, "message": text})).await;
        assert_eq!(talk.ben_sees(&id).await["text"], text);
        assert_eq!(talk.status_of(&id).await, "sent");
    }
}
