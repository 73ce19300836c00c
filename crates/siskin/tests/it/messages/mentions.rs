//! "@number" in a text to a group.

use serde_json::{Value, json};

use super::groups::group_addressed;
use super::{Talk, ben};
use crate::stage::BEN;

/// Ben as a group names him: what stands behind the "@", and in the list.
async fn ben_in(talk: &Talk, addressing: &str) -> (String, String) {
    let phones = talk.phones.get("phones").await;
    let row = phones.as_array().unwrap().iter().find(|row| row["phone"] == BEN).cloned().unwrap();
    let lid = row["lid"].as_str().unwrap().to_owned();
    match addressing {
        "lid" => (lid.trim_end_matches("@lid").to_owned(), lid),
        _ => (BEN.to_owned(), format!("{BEN}@s.whatsapp.net")),
    }
}

/// Sends a text, as Ben's phone sees it.
async fn sees(talk: &Talk, chat: &str, text: &str) -> Value {
    let id = talk.send("sendMessage", json!({"chatId": chat, "message": text})).await;
    talk.ben_sees(&id).await
}

#[tokio::test]
async fn a_number_behind_an_at_mentions_the_member() {
    let talk = Talk::start().await;
    for addressing in ["lid", "pn"] {
        let group = group_addressed(&talk, addressing).await;
        let (digits, jid) = ben_in(&talk, addressing).await;
        let (written, shown) = (format!("Hi @{BEN}!"), format!("Hi @{digits}!"));
        let id = talk.send("sendMessage", json!({"chatId": group, "message": written})).await;
        let seen = talk.ben_sees(&id).await;
        assert_eq!((&seen["text"], &seen["mentions"]), (&json!(shown), &json!([jid])), "{seen}");
        // Whoever wrote it reads the own words.
        let row = talk.api.post("getMessage", json!({"chatId": group, "idMessage": id})).await;
        assert_eq!(row["textMessage"], written.as_str());

        let fields = [("chatId", group.as_str()), ("caption", written.as_str())];
        let answer = talk.api.upload(&fields, "hours.txt", b"9 to 6".to_vec()).await;
        let seen = talk.ben_sees(answer["idMessage"].as_str().unwrap()).await;
        assert_eq!((&seen["caption"], &seen["mentions"]), (&json!(shown), &json!([jid])), "{seen}");

        let body = json!({"chatId": group, "message": "Hi"});
        let plain = talk.send("sendMessage", body).await;
        assert_eq!(talk.ben_sees(&plain).await["mentions"], Value::Null);
        let body = json!({"chatId": group, "idMessage": plain, "message": written});
        let edit = talk.send("editMessage", body).await;
        let seen = talk.ben_sees(&edit).await;
        assert_eq!((&seen["text"], &seen["mentions"]), (&json!(shown), &json!([jid])), "{seen}");
    }
}

#[tokio::test]
async fn a_member_is_mentioned_by_lid_and_by_another_spelling_of_the_number_too() {
    let talk = Talk::start().await;
    let group = group_addressed(&talk, "lid").await;
    let body = json!({"phone": "551187654321", "name": "Two", "aliases": ["5511987654321"]});
    let (_, phone) = talk.phones.post("phones", body).await;
    let path = format!("phones/{BEN}/groups/{group}/participants");
    let (status, answer) = talk.phones.post(&path, json!({"add": ["551187654321"]})).await;
    assert_eq!(status, 200, "{answer}");
    let body = json!({"chatId": "5511987654321@c.us", "message": "Welcome"});
    let id = talk.send("sendMessage", body).await;
    assert_eq!(talk.status_of(&id).await, "sent");
    let seen = sees(&talk, &group, "Welcome @5511987654321").await;
    assert_eq!(seen["mentions"], json!([phone["lid"]]), "{seen}");
    let (digits, jid) = ben_in(&talk, "lid").await;
    let seen = sees(&talk, &group, &format!("@{digits}")).await;
    assert_eq!(seen["mentions"], json!([jid]), "{seen}");
}

#[tokio::test]
async fn what_names_no_member_mentions_nobody() {
    let talk = Talk::start().await;
    let group = group_addressed(&talk, "lid").await;
    let texts = ["@15559999999 is not here", "write to a@15550100002.com", "@12", "me@15550100002"];
    for text in texts {
        let seen = sees(&talk, &group, text).await;
        assert_eq!((&seen["text"], &seen["mentions"]), (&json!(text), &Value::Null), "{seen}");
    }
    let text = format!("@{BEN}, between us");
    let seen = sees(&talk, &ben(), &text).await;
    assert_eq!((&seen["text"], &seen["mentions"]), (&json!(text), &Value::Null), "{seen}");
}
