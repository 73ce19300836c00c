//! A message exists from the moment that its id is answered, though it still waits to be sent.

use serde_json::{Value, json};

use super::{Talk, ben};
use crate::stage::{ANN, Api, BEN, Phones, Stage};

/// An instance that is not linked yet: what it accepts waits.
async fn unlinked() -> (Stage, Api, Phones) {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    (stage, api, phones)
}

async fn accepted(api: &Api, method: &str, body: Value) -> String {
    let answer = api.post(method, body).await;
    answer["idMessage"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn text(api: &Api, text: &str) -> String {
    accepted(api, "sendMessage", json!({"chatId": ben(), "message": text})).await
}

fn of(id: &str) -> Value {
    json!({"chatId": ben(), "idMessage": id})
}

/// The texts that Ben's phone has got, in order; `count` of them.
async fn texts_of_ben(phones: &Phones, count: usize) -> Vec<Value> {
    let look = async || {
        let rows = phones.get(&format!("phones/{BEN}/messages?fromMe=false")).await;
        let rows = rows.as_array().unwrap().clone();
        anyhow::ensure!(rows.len() >= count, "{rows:?}");
        Ok(rows)
    };
    let rows = siskin_testkit::eventually("messages", crate::stage::PATIENCE, look).await.unwrap();
    let texts = rows.iter().filter(|row| row["kind"] == "text");
    texts.map(|row| row["text"].clone()).collect()
}

#[tokio::test]
async fn an_accepted_message_is_read_back_listed_quoted_forwarded_and_edited_before_it_leaves() {
    let (stage, api, phones) = unlinked().await;
    let first = text(&api, "until six").await;
    let row = api.post("getMessage", of(&first)).await;
    assert_eq!(
        (&row["statusMessage"], &row["textMessage"]),
        (&json!("pending"), &json!("until six"))
    );
    assert_eq!((&row["type"], &row["sendByApi"]), (&json!("outgoing"), &json!(true)));
    let listed = async |rows: Value| {
        let rows: Vec<Value> = rows.as_array().unwrap().clone();
        rows.iter().filter(|row| row["idMessage"] == first.as_str()).count()
    };
    assert_eq!(listed(api.get("lastOutgoingMessages").await).await, 1);
    assert_eq!(listed(api.post("getChatHistory", json!({"chatId": ben()})).await).await, 1);

    let body = json!({"chatId": ben(), "message": "I mean it", "quotedMessageId": first});
    let answer = accepted(&api, "sendMessage", body).await;
    let row = api.post("getMessage", of(&answer)).await;
    assert_eq!(row["quotedMessage"]["stanzaId"], first.as_str(), "{row}");
    let body = json!({"chatId": ben(), "idMessage": first, "message": "until seven"});
    let edit = accepted(&api, "editMessage", body).await;
    assert_eq!(api.post("getMessage", of(&edit)).await["editedMessageId"], first.as_str());
    let body = json!({"chatId": ben(), "chatIdFrom": ben(), "messages": [first]});
    let forwarded = api.post("forwardMessages", body).await["messages"][0].clone();
    let forwarded = forwarded.as_str().unwrap();
    assert_eq!(api.post("getMessage", of(forwarded)).await["isForwarded"], true);

    // Also after a restart, and in the order in which they were accepted.
    let stage = stage.restart().await;
    let (api, phones) = (stage.api(), {
        drop(phones);
        stage.phones()
    });
    assert_eq!(api.post("getMessage", of(&first)).await["statusMessage"], "pending");
    let talk = Talk::on(stage).await;
    let seen = talk.ben_sees(forwarded).await;
    assert_eq!((&seen["text"], &seen["forwarded"]), (&json!("until seven"), &json!(true)));
    let seen = talk.ben_sees(&answer).await;
    assert_eq!(
        (&seen["quoted"]["id"], &seen["quoted"]["text"]),
        (&json!(first), &json!("until six"))
    );
    let seen = talk.ben_sees(&first).await;
    assert_eq!((&seen["text"], &seen["edited"]), (&json!("until seven"), &json!(true)));
    // None is there twice.
    let rows = talk.api.post("getChatHistory", json!({"chatId": ben()})).await;
    let mut ids: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["idMessage"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rows.as_array().unwrap().len(), "{rows}");
    assert_eq!(phones.devices_of(ANN).await, 1);
}

#[tokio::test]
async fn a_message_that_is_deleted_before_it_leaves_does_not_leave() {
    let (stage, api, phones) = unlinked().await;
    let kept = text(&api, "kept").await;
    let gone = text(&api, "gone").await;
    let only_mine = text(&api, "gone as well").await;
    let body = json!({"chatId": ben(), "message": "an answer", "quotedMessageId": gone});
    let answer = accepted(&api, "sendMessage", body).await;
    api.post_for_nothing("deleteMessage", of(&gone)).await;
    let mut only = of(&only_mine);
    only["onlySenderDelete"] = true.into();
    api.post_for_nothing("deleteMessage", only).await;
    for id in [&gone, &only_mine] {
        assert_eq!(api.refused("getMessage", of(id)).await, (400, "Message not found".to_owned()));
        let (status, text) = api.refused("deleteMessage", of(id)).await;
        assert_eq!((status, text.as_str()), (400, "ID message notfound"));
    }
    assert_eq!(api.get("getMessagesCount").await, json!({"count": 2}));
    let talk = Talk::on(stage).await;
    talk.ben_sees(&kept).await;
    // The answer is worth reading without what it answers.
    let seen = talk.ben_sees(&answer).await;
    assert_eq!((&seen["text"], &seen["quoted"]), (&json!("an answer"), &Value::Null));
    assert_eq!(texts_of_ben(&phones, 2).await, ["kept", "an answer"]);
}

#[tokio::test]
async fn what_is_cleared_from_the_queue_is_in_no_journal() {
    let (_stage, api, _) = unlinked().await;
    let cleared = text(&api, "cleared").await;
    assert_eq!(api.get("clearMessagesQueue").await, json!({"isCleared": true}));
    assert_eq!(api.refused("getMessage", of(&cleared)).await.0, 400);
    assert_eq!(api.get("lastOutgoingMessages").await, json!([]));
    assert_eq!(api.post("getChatHistory", json!({"chatId": ben()})).await, json!([]));
}

#[tokio::test]
async fn a_message_that_is_deleted_while_it_is_just_leaving_is_gone_in_the_end() {
    let talk = Talk::start().await;
    let mut ids = Vec::new();
    for number in 0..20 {
        let id = text(&talk.api, &format!("oops {number}")).await;
        talk.api.post_for_nothing("deleteMessage", of(&id)).await;
        ids.push(id);
    }
    let last = text(&talk.api, "last").await;
    talk.ben_sees(&last).await;
    // Either it never came, or it was taken back.
    let rows = talk.phones.get(&format!("phones/{BEN}/messages?fromMe=false")).await;
    for row in rows.as_array().unwrap().iter().filter(|row| row["kind"] == "text") {
        let id = row["id"].as_str().unwrap();
        let is_left = ids.iter().any(|deleted| deleted == id) && row["deleted"] != true;
        assert!(!is_left, "{row}");
    }
}
