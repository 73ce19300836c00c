//! What is accepted while it cannot be sent.

use serde_json::json;

use super::{Talk, ben};
use crate::stage::{ANN, BEN, Stage};

#[tokio::test]
async fn messages_wait_for_the_link_and_leave_in_order() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    let mut ids = Vec::new();
    for number in 0..5 {
        let body = json!({"chatId": ben(), "message": number.to_string()});
        let answer = api.post("sendMessage", body).await;
        ids.push(answer["idMessage"].as_str().unwrap().to_owned());
    }
    assert_eq!(api.get("getMessagesCount").await, json!({"count": 5}));
    let queue = api.get("showMessagesQueue").await;
    assert_eq!(queue[0]["messageID"], ids[0].as_str());
    assert_eq!(queue[0]["type"], "sendMessage");
    assert_eq!(queue[0]["body"], json!({"chatId": ben(), "message": "0"}));
    api.link(&phones, ANN).await;
    let talk = Talk { stage, api, phones };
    talk.ben_sees(&ids[4]).await;
    let rows = talk.phones.get(&format!("phones/{BEN}/messages")).await;
    let texts: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["text"].clone()).collect();
    assert_eq!(texts, ["0", "1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_cleared_queue_sends_nothing() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    api.post("sendMessage", json!({"chatId": ben(), "message": "lost"})).await;
    assert_eq!(api.get("clearMessagesQueue").await, json!({"isCleared": true}));
    assert_eq!(api.get("showMessagesQueue").await, json!([]));
    api.link(&phones, ANN).await;
    let talk = Talk { stage, api, phones };
    let kept = talk.send("sendMessage", json!({"chatId": ben(), "message": "kept"})).await;
    talk.ben_sees(&kept).await;
    let rows = talk.phones.get(&format!("phones/{BEN}/messages")).await;
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
}
