//! What WhatsApp refuses, loses or leaves unanswered.

use serde_json::json;

use super::{Talk, ben};
use crate::stage::{ANN, BEN};

#[tokio::test]
async fn a_refused_message_fails_with_its_reason_and_the_next_one_goes() {
    let talk = Talk::start().await;
    for (code, status) in [(479, "failed"), (463, "yellowCard")] {
        let fault = json!({"phone": ANN, "refuseMessages": {"code": code, "times": 1}});
        talk.phones.fault(fault).await;
        let lost = talk.send("sendMessage", json!({"chatId": ben(), "message": "lost"})).await;
        let told = talk.told_status_of(&lost).await;
        assert_eq!(told["status"], status);
        assert!(told["description"].as_str().unwrap().contains(&code.to_string()), "{told}");
        let kept = talk.send("sendMessage", json!({"chatId": ben(), "message": "kept"})).await;
        assert_eq!(talk.ben_sees(&kept).await["text"], "kept");
        assert_eq!(talk.status_of(&kept).await, "sent");
    }
}

#[tokio::test]
async fn a_number_without_an_account_is_told_so() {
    let talk = Talk::start().await;
    let body = json!({"chatId": "15559999999@c.us", "message": "lost"});
    let lost = talk.send("sendMessage", body).await;
    assert_eq!(talk.status_of(&lost).await, "noAccount");
    let kept = talk.send("sendMessage", json!({"chatId": ben(), "message": "kept"})).await;
    assert_eq!(talk.ben_sees(&kept).await["text"], "kept");
}

#[tokio::test]
async fn a_message_that_no_device_can_read_is_never_sent() {
    let talk = Talk::start().await;
    talk.phones.fault(json!({"phone": BEN, "keyless": true})).await;
    for text in ["lost", "lost as well"] {
        let id = talk.send("sendMessage", json!({"chatId": ben(), "message": text})).await;
        let told = talk.told_status_of(&id).await;
        assert_eq!(told["status"], "failed", "{told}");
        assert!(told["description"].as_str().unwrap().contains("key to read it"), "{told}");
        let own = talk.phones.get(&format!("phones/{ANN}/messages?id={id}")).await;
        assert_eq!(own, json!([]), "the own phone shows it as sent");
    }
    talk.phones.fault(json!({"phone": BEN, "keyless": false})).await;
    let kept = talk.send("sendMessage", json!({"chatId": ben(), "message": "kept"})).await;
    assert_eq!(talk.ben_sees(&kept).await["text"], "kept");
    assert_eq!(talk.status_of(&kept).await, "sent");
}

#[tokio::test]
async fn a_number_whose_account_is_gone_is_told_so() {
    let talk = Talk::start().await;
    let id = talk.send("sendMessage", json!({"chatId": ben(), "message": "kept"})).await;
    assert_eq!(talk.status_of(&id).await, "sent");
    talk.phones.fault(json!({"phone": BEN, "gone": true})).await;
    for text in ["lost", "lost as well"] {
        let lost = talk.send("sendMessage", json!({"chatId": ben(), "message": text})).await;
        assert_eq!(talk.status_of(&lost).await, "noAccount");
    }
}

#[tokio::test]
async fn what_comes_twice_is_told_once() {
    let talk = Talk::start().await;
    talk.phones.fault(json!({"phone": ANN, "duplicate": 1})).await;
    talk.ben_sends(json!({"kind": "text", "text": "once"})).await;
    talk.ben_sends(json!({"kind": "text", "text": "last"})).await;
    let texts =
        [talk.told("incomingMessageReceived").await, talk.told("incomingMessageReceived").await]
            .map(|told| told["messageData"]["textMessageData"]["textMessage"].clone());
    assert_eq!(texts, ["once", "last"]);
}

#[tokio::test]
async fn a_lost_connection_loses_nothing() {
    let talk = Talk::start().await;
    for number in 0..5 {
        talk.phones.fault(json!({"phone": ANN, "disconnect": true})).await;
        let text = number.to_string();
        let id = talk.send("sendMessage", json!({"chatId": ben(), "message": text})).await;
        talk.ben_sends(json!({"kind": "text", "text": text})).await;
        assert_eq!(talk.ben_sees(&id).await["text"], text.as_str());
        let told = talk.told("incomingMessageReceived").await;
        assert_eq!(told["messageData"]["textMessageData"]["textMessage"], text.as_str());
    }
}

#[tokio::test]
async fn nobody_else_can_send_the_accounts_history_or_keys() {
    let talk = Talk::start().await;
    for kind in ["historySync", "appStateKeyShare", "deviceSent"] {
        let fault = json!({"phone": ANN, "spoof": {"by": BEN, "kind": kind}});
        talk.phones.fault(fault).await;
    }
    // What pretends to be the owner's is told as what it is: the stranger's.
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["senderData"]["sender"], ben(), "{told}");
    talk.ben_sends(json!({"kind": "text", "text": "after"})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["messageData"]["textMessageData"]["textMessage"], "after", "{told}");
    let rows = talk.api.post("getChatHistory", json!({"chatId": ben()})).await;
    assert_eq!(rows.as_array().unwrap().len(), 2, "{rows}");
    assert!(rows.as_array().unwrap().iter().all(|row| row["type"] == "incoming"), "{rows}");
}
