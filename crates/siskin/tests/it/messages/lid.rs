//! Persons behind a LID.

use serde_json::json;

use super::Talk;
use crate::stage::{ANN, BEN};

#[tokio::test]
async fn a_person_who_hides_the_number_writes_and_is_answered() {
    let talk = Talk::start().await;
    let (_, phone) = talk.phones.post("phones", json!({"name": "Nobody", "lidOnly": true})).await;
    let (number, lid) = (phone["phone"].as_str().unwrap(), phone["lid"].as_str().unwrap());
    let id = talk.phone_sends(number, &super::ann(), json!({"kind": "text", "text": "psst"})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str());
    assert_eq!(told["senderData"]["chatId"], lid);
    assert_eq!(told["senderData"]["sender"], lid);
    let answer = talk.send("sendMessage", json!({"chatId": lid, "message": "yes?"})).await;
    assert_eq!(talk.phone_sees(number, &answer).await["text"], "yes?");
    assert_eq!(talk.told_of_sent(&answer).await["senderData"]["chatId"], lid);
}

#[tokio::test]
async fn lid_mode_shows_lids_in_notifications_and_journals() {
    let talk = Talk::start().await;
    let phones = talk.phones.get("phones").await;
    let row = phones.as_array().unwrap().iter().find(|row| row["phone"] == BEN);
    let lid = row.unwrap()["lid"].as_str().unwrap().to_owned();
    talk.ben_sends(json!({"kind": "text", "text": "one"})).await;
    assert_eq!(talk.told("incomingMessageReceived").await["senderData"]["chatId"], super::ben());
    talk.api.post("setSettings", json!({"enableLidMode": "yes"})).await;
    talk.ben_sends(json!({"kind": "text", "text": "two"})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["senderData"]["chatId"], lid.as_str());
    for chat in [lid.clone(), super::ben()] {
        let rows = talk.api.post("getChatHistory", json!({"chatId": chat})).await;
        let texts: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| row["textMessage"].clone()).collect();
        assert_eq!(texts, ["two", "one"]);
        assert_eq!(rows[0]["chatId"], lid.as_str());
    }
}

#[tokio::test]
async fn a_lid_that_nobody_has_ends_the_same_way_each_time() {
    let mut talk = Talk::start().await;
    for round in 0..2 {
        for text in ["first", "second"] {
            let body = json!({"chatId": "199999999999999@lid", "message": text});
            let id = talk.send("sendMessage", body).await;
            let told = talk.told_status_of(&id).await;
            assert_eq!(told["status"], "noAccount", "{round} {told}");
            let own = talk.phones.get(&format!("phones/{ANN}/messages?id={id}")).await;
            assert_eq!(own, json!([]), "the own phone shows it as sent");
        }
        let stage = talk.stage.restart().await;
        let (api, phones) = (stage.api(), stage.phones());
        api.until_state("authorized").await;
        talk = Talk { stage, api, phones };
    }
}

#[tokio::test]
async fn a_lid_whose_number_is_not_known_yet_is_written_to() {
    let talk = Talk::start().await;
    let phones = talk.phones.get("phones").await;
    let row = phones.as_array().unwrap().iter().find(|row| row["phone"] == BEN);
    let lid = row.unwrap()["lid"].as_str().unwrap().to_owned();
    for text in ["one", "two"] {
        let id = talk.send("sendMessage", json!({"chatId": lid, "message": text})).await;
        assert_eq!(talk.ben_sees(&id).await["text"], text);
        assert_eq!(talk.status_of(&id).await, "sent");
    }
    // Now the number becomes known, and the chat goes by it.
    talk.ben_sends(json!({"kind": "text", "text": "three"})).await;
    assert_eq!(talk.told("incomingMessageReceived").await["senderData"]["chatId"], super::ben());
    let id = talk.send("sendMessage", json!({"chatId": lid, "message": "four"})).await;
    assert_eq!(talk.told_of_sent(&id).await["senderData"]["chatId"], super::ben());
    for chat in [lid, super::ben()] {
        let rows = talk.api.post("getChatHistory", json!({"chatId": chat})).await;
        let texts: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| row["textMessage"].clone()).collect();
        assert_eq!(texts, ["four", "three", "two", "one"]);
    }
}
