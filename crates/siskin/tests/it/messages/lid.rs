//! Persons behind a LID.

use serde_json::json;

use super::Talk;

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
    let row = phones.as_array().unwrap().iter().find(|row| row["phone"] == crate::stage::BEN);
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
