//! What one member of a chat cannot do to what another one wrote.

use serde_json::{Value, json};

use super::groups::group;
use super::{Talk, ann, ben};
use crate::stage::{ANN, BEN};

/// The third phone of the network.
const CY: &str = "15550100003";

async fn forges(talk: &Talk, victim: &str, spoof: Value) {
    let (status, answer) =
        talk.phones.post("faults", json!({"phone": victim, "spoof": spoof})).await;
    assert_eq!(status, 200, "{answer}");
}

/// What the owner is told until somebody writes `text`.
async fn told_until(talk: &Talk, text: &str) -> Vec<Value> {
    let mut told = Vec::new();
    loop {
        let next = talk.told("incomingMessageReceived").await;
        if next["messageData"]["textMessageData"]["textMessage"] == text {
            return told;
        }
        told.push(next["messageData"]["typeMessage"].clone());
    }
}

#[tokio::test]
async fn a_member_who_is_no_administrator_cannot_take_back_or_change_what_another_wrote() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    let bens = talk.phone_sends(BEN, &group, json!({"kind": "text", "text": "by Ben"})).await;
    talk.told("incomingMessageReceived").await;
    let own = talk.send("sendMessage", json!({"chatId": group, "message": "by Ann"})).await;
    talk.phone_sees(CY, &own).await;
    for (victim, target) in [(BEN, &bens), (ANN, &own)] {
        for kind in ["deletion", "edit"] {
            let spoof = json!({"by": CY, "kind": kind, "chatId": group, "targetId": target});
            forges(&talk, victim, spoof).await;
        }
    }
    talk.phone_sends(CY, &group, json!({"kind": "text", "text": "after"})).await;
    assert_eq!(told_until(&talk, "after").await, [] as [Value; 0], "it was told as if it were so");
    for (id, text) in [(&bens, "by Ben"), (&own, "by Ann")] {
        let row = talk.api.post("getMessage", json!({"chatId": group, "idMessage": id})).await;
        assert_eq!((&row["textMessage"], &row["isDeleted"]), (&json!(text), &Value::Null), "{row}");
        assert_eq!(row["isEdited"], Value::Null, "{row}");
        let seen = talk.ben_sees(id).await;
        assert_eq!((&seen["text"], &seen["deleted"]), (&json!(text), &Value::Null), "{seen}");
    }
    // With the mark of an administrator, the network does not even pass it on.
    let delete = json!({"kind": "delete", "chatId": group, "targetId": bens});
    let (status, answer) = talk.phones.post(&format!("phones/{CY}/messages"), delete).await;
    assert_eq!(status, 409, "{answer}");
}

#[tokio::test]
async fn an_administrator_takes_back_what_a_member_wrote() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    let cys = talk.phone_sends(CY, &group, json!({"kind": "text", "text": "by Cy"})).await;
    talk.told("incomingMessageReceived").await;
    // Ben made the group.
    talk.phone_sends(BEN, &group, json!({"kind": "delete", "targetId": cys})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["messageData"]["deletedMessageData"]["stanzaId"], cys.as_str(), "{told}");
    assert_eq!(told["senderData"]["sender"], ben());
    let row = talk.api.post("getMessage", json!({"chatId": group, "idMessage": cys})).await;
    assert_eq!(row["isDeleted"], true, "{row}");
}

#[tokio::test]
async fn the_own_account_takes_back_what_others_wrote_only_where_it_is_an_administrator() {
    let talk = Talk::start().await;
    let group = group(&talk).await;
    let cys = talk.phone_sends(CY, &group, json!({"kind": "text", "text": "by Cy"})).await;
    talk.told("incomingMessageReceived").await;
    let delete = json!({"chatId": group, "idMessage": cys});
    talk.api.post_for_nothing("deleteMessage", delete.clone()).await;
    let told = talk.told("outgoingMessageStatus").await;
    assert_eq!(told["status"], "failed", "{told}");
    assert!(told["description"].as_str().unwrap().contains("administrators"), "{told}");
    let row = talk.api.post("getMessage", delete.clone()).await;
    assert_eq!(row["isDeleted"], Value::Null, "{row}");
    let path = format!("phones/{BEN}/groups/{group}/participants");
    let (status, answer) = talk.phones.post(&path, json!({"promote": [ANN]})).await;
    assert_eq!(status, 200, "{answer}");
    talk.api.post_for_nothing("deleteMessage", delete).await;
    let told = talk.told("outgoingAPIMessageReceived").await;
    assert_eq!(told["messageData"]["deletedMessageData"]["stanzaId"], cys.as_str(), "{told}");
    talk.ben_sees(told["idMessage"].as_str().unwrap()).await;
    assert_eq!(talk.ben_sees(&cys).await["deleted"], true);
}

#[tokio::test]
async fn in_a_chat_of_two_nobody_changes_what_the_other_wrote() {
    let talk = Talk::start().await;
    let own = talk.send("sendMessage", json!({"chatId": ben(), "message": "I owe you"})).await;
    talk.ben_sees(&own).await;
    for kind in ["deletion", "edit"] {
        forges(&talk, ANN, json!({"by": BEN, "kind": kind, "targetId": own})).await;
    }
    talk.ben_sends(json!({"kind": "text", "text": "after"})).await;
    assert_eq!(told_until(&talk, "after").await, [] as [Value; 0], "it was told as if it were so");
    let row = talk.api.post("getMessage", json!({"chatId": ben(), "idMessage": own})).await;
    assert_eq!((&row["textMessage"], &row["isDeleted"]), (&json!("I owe you"), &Value::Null));
    let seen = talk.phone_sees(ANN, &own).await;
    assert_eq!((&seen["text"], &seen["deleted"]), (&json!("I owe you"), &Value::Null), "{seen}");
    assert_eq!(seen["from"], ann());
}
