//! Numbers of which two spellings are in use: an account goes by one, callers write the other.

use serde_json::{Value, json};

use super::Talk;
use crate::stage::PATIENCE;

/// Of each country, the number of an account and how a caller writes it.
const NUMBERS: [(&str, &str); 4] = [
    // Brazil: accounts of old do without the ninth digit, new ones have it.
    ("551187654321", "5511987654321"),
    ("5521998765432", "552198765432"),
    // Mexico: a 1 after the country's code.
    ("5215512345678", "525512345678"),
    // Argentina: a 9.
    ("5491123456789", "541123456789"),
];

fn chat(number: &str) -> String {
    format!("{number}@c.us")
}

/// A phone whose number is also spelled otherwise.
async fn phone(talk: &Talk, (account, spelled): (&str, &str)) {
    let body = json!({"phone": account, "name": "Two", "aliases": [spelled]});
    let (status, answer) = talk.phones.post("phones", body).await;
    assert_eq!((status, &answer["aliases"]), (200, &json!([spelled])), "{answer}");
}

/// The texts of a chat, newest first, and the one chat that they say they are in.
async fn texts(talk: &Talk, number: &str) -> (Vec<String>, Value) {
    let rows = talk.api.post("getChatHistory", json!({"chatId": chat(number)})).await;
    let rows = rows.as_array().unwrap();
    let chat = rows.first().map(|row| row["chatId"].clone()).unwrap_or_default();
    assert!(rows.iter().all(|row| row["chatId"] == chat), "{rows:?}");
    (rows.iter().map(|row| row["textMessage"].as_str().unwrap().to_owned()).collect(), chat)
}

#[tokio::test]
async fn a_message_reaches_the_account_whichever_way_its_number_is_written() {
    let talk = Talk::start().await;
    for pair in NUMBERS {
        let (account, spelled) = pair;
        phone(&talk, pair).await;
        let mut ids = Vec::new();
        for (number, text) in [(spelled, "one"), (account, "two"), (spelled, "three")] {
            let body = json!({"chatId": chat(number), "message": text});
            let id = talk.send("sendMessage", body).await;
            assert_eq!(talk.phone_sees(account, &id).await["text"], text, "{spelled}");
            let told = talk.told_of_sent(&id).await;
            assert_eq!(told["senderData"]["chatId"], chat(account));
            let told = talk.told_status_of(&id).await;
            assert_eq!((&told["status"], &told["chatId"]), (&json!("sent"), &json!(chat(account))));
            ids.push(id);
        }
        for number in [account, spelled] {
            let expected = ["three", "two", "one"].map(str::to_owned).to_vec();
            assert_eq!(texts(&talk, number).await, (expected, json!(chat(account))), "{number}");
            let body = json!({"chatId": chat(number), "idMessage": ids[0]});
            assert_eq!(talk.api.post("getMessage", body).await["textMessage"], "one");
        }
    }
}

#[tokio::test]
async fn what_the_account_writes_is_in_the_chat_of_either_spelling() {
    let talk = Talk::start().await;
    for pair in NUMBERS {
        let (account, spelled) = pair;
        phone(&talk, pair).await;
        let text = json!({"kind": "text", "text": "Are you open?"});
        let asked = talk.phone_sends(account, &super::ann(), text).await;
        let told = talk.told("incomingMessageReceived").await;
        assert_eq!(told["senderData"]["chatId"], chat(account));
        // Nothing was sent there yet: the callers' spelling is found all the same.
        let expected = (vec!["Are you open?".to_owned()], json!(chat(account)));
        assert_eq!(texts(&talk, spelled).await, expected);
        let answer = talk.api.post("readChat", json!({"chatId": chat(spelled)})).await;
        assert_eq!(answer, json!({"setRead": true}));
        let url = format!("phones/{account}/messages?id={asked}&status=read&wait=60");
        assert_eq!(talk.phones.get(&url).await[0]["status"], "read");
        let body = json!({"chatId": chat(spelled), "message": "Yes", "quotedMessageId": asked});
        let id = talk.send("sendMessage", body).await;
        assert_eq!(talk.phone_sees(account, &id).await["quoted"]["id"], asked.as_str());
        let body = json!({"chatId": chat(spelled), "idMessage": id, "message": "Yes, until six"});
        let edit = talk.send("editMessage", body).await;
        talk.phone_sees(account, &edit).await;
        assert_eq!(talk.phone_sees(account, &id).await["text"], "Yes, until six");
    }
}

#[tokio::test]
async fn typing_is_seen_by_the_account_whichever_way_its_number_is_written() {
    let talk = Talk::start().await;
    let pair = NUMBERS[0];
    phone(&talk, pair).await;
    let body = json!({"chatId": chat(pair.1), "typingTime": 1000});
    talk.api.post_for_nothing("sendTyping", body).await;
    let seen = async || {
        let chats = talk.phones.get(&format!("phones/{}/chats", pair.0)).await;
        let typing = chats.as_array().unwrap().iter().any(|chat| chat["typingSeen"] == 1);
        anyhow::ensure!(typing, "{chats}");
        Ok(())
    };
    siskin_testkit::eventually("typing", PATIENCE, seen).await.unwrap();
}

#[tokio::test]
async fn a_spelling_is_known_after_a_restart_without_asking_again() {
    let talk = Talk::start().await;
    let pair = NUMBERS[0];
    phone(&talk, pair).await;
    let body = json!({"chatId": chat(pair.1), "message": "one"});
    let id = talk.send("sendMessage", body).await;
    assert_eq!(talk.status_of(&id).await, "sent");
    let stage = talk.stage.restart().await;
    let (api, phones) = (stage.api(), stage.phones());
    let talk = Talk { stage, api, phones };
    // Whoever asked WhatsApp now would hear that there is no such account.
    talk.phones.fault(json!({"phone": pair.0, "gone": true})).await;
    let expected = (vec!["one".to_owned()], json!(chat(pair.0)));
    assert_eq!(texts(&talk, pair.1).await, expected);
}

#[tokio::test]
async fn a_number_is_asked_for_anew_when_its_account_is_gone() {
    let talk = Talk::start().await;
    let pair = NUMBERS[0];
    phone(&talk, pair).await;
    let send = async |text: &str| {
        talk.send("sendMessage", json!({"chatId": chat(pair.1), "message": text})).await
    };
    assert_eq!(talk.status_of(&send("one").await).await, "sent");
    talk.phones.fault(json!({"phone": pair.0, "gone": true})).await;
    assert_eq!(talk.status_of(&send("lost").await).await, "noAccount");
    assert_eq!(talk.status_of(&send("lost as well").await).await, "noAccount");
    talk.phones.fault(json!({"phone": pair.0, "gone": false})).await;
    for number in [pair.0, pair.1] {
        let body = json!({"chatId": chat(number), "message": "back"});
        let back = talk.send("sendMessage", body).await;
        assert_eq!(talk.phone_sees(pair.0, &back).await["text"], "back");
    }
}
