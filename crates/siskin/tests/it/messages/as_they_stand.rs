//! What is forwarded, quoted or read back is the message as it stands: edited, taken back, or
//! to be seen once.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Talk, ben, png};

/// Ben sends something and changes its text; its id.
async fn edited_by_ben(talk: &Talk, message: Value, new: &str) -> String {
    let id = talk.ben_sends(message).await;
    talk.told("incomingMessageReceived").await;
    talk.ben_sends(json!({"kind": "edit", "targetId": id, "text": new})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["messageData"]["typeMessage"], "editedMessage");
    id
}

async fn forwarded(talk: &Talk, id: &str) -> Value {
    let body = json!({"chatId": ben(), "chatIdFrom": ben(), "messages": [id]});
    let answer = talk.api.post("forwardMessages", body).await;
    let copy = answer["messages"][0].as_str().unwrap().to_owned();
    let told = talk.told_of_sent(&copy).await;
    let mut seen = talk.ben_sees(&copy).await;
    seen["told"] = told["messageData"].clone();
    seen
}

async fn answered(talk: &Talk, id: &str) -> Value {
    let body = json!({"chatId": ben(), "message": "Yes", "quotedMessageId": id});
    let answer = talk.send("sendMessage", body).await;
    let told = talk.told_of_sent(&answer).await;
    let mut seen = talk.ben_sees(&answer).await;
    seen["told"] = told["messageData"]["quotedMessage"].clone();
    seen
}

fn picture() -> Value {
    let data = BASE64_STANDARD.encode(png(16, 16));
    json!({"kind": "image", "mimeType": "image/png", "data": data, "caption": "Fron door"})
}

#[tokio::test]
async fn forwards_and_answers_take_the_text_that_an_edit_gave_a_message() {
    let talk = Talk::start().await;
    let text = json!({"kind": "text", "text": "Opn tomorrow?"});
    let text = edited_by_ben(&talk, text, "Open tomorrow?").await;
    let copy = forwarded(&talk, &text).await;
    assert_eq!((&copy["text"], &copy["forwarded"]), (&json!("Open tomorrow?"), &json!(true)));
    assert_eq!(copy["told"]["extendedTextMessageData"]["text"], "Open tomorrow?");
    let answer = answered(&talk, &text).await;
    assert_eq!(answer["quoted"]["text"], "Open tomorrow?");
    assert_eq!(answer["told"]["textMessage"], "Open tomorrow?", "{answer}");

    let image = edited_by_ben(&talk, picture(), "Front door").await;
    let copy = forwarded(&talk, &image).await;
    assert_eq!((&copy["kind"], &copy["caption"]), (&json!("image"), &json!("Front door")));
    assert_eq!(answered(&talk, &image).await["quoted"]["caption"], "Front door");

    // A link that is not in the text any more is not shown with it.
    let preview = json!({"url": "https://old.example", "title": "Old shop"});
    let link = json!({"kind": "text", "text": "https://old.example", "preview": preview});
    let link = edited_by_ben(&talk, link, "never mind").await;
    let copy = forwarded(&talk, &link).await;
    assert_eq!((&copy["text"], &copy["preview"]), (&json!("never mind"), &Value::Null));
}

#[tokio::test]
async fn an_own_message_that_was_edited_through_the_api_is_forwarded_as_edited() {
    let talk = Talk::start().await;
    let id = talk.send("sendMessage", json!({"chatId": ben(), "message": "until six"})).await;
    talk.told_of_sent(&id).await;
    let body = json!({"chatId": ben(), "idMessage": id, "message": "until seven"});
    let edit = talk.send("editMessage", body).await;
    talk.told_of_sent(&edit).await;
    assert_eq!(forwarded(&talk, &id).await["text"], "until seven");
    assert_eq!(answered(&talk, &id).await["quoted"]["text"], "until seven");
}

#[tokio::test]
async fn what_was_taken_back_or_is_seen_once_is_neither_forwarded_nor_quoted() {
    let talk = Talk::start().await;
    let gone = talk.ben_sends(json!({"kind": "text", "text": "secret"})).await;
    talk.told("incomingMessageReceived").await;
    talk.ben_sends(json!({"kind": "delete", "targetId": gone})).await;
    talk.told("incomingMessageReceived").await;
    let mut once = picture();
    once["viewOnce"] = true.into();
    let once = talk.ben_sends(once).await;
    talk.told("incomingMessageReceived").await;
    for (id, kind) in [(gone, "a deleted message"), (once, "a view-once message")] {
        let forward = json!({"chatId": ben(), "chatIdFrom": ben(), "messages": [id]});
        let answer = json!({"chatId": ben(), "message": "Yes", "quotedMessageId": id});
        for (method, body, member) in [
            ("forwardMessages", forward, "messages[0]"),
            ("sendMessage", answer, "quotedMessageId"),
        ] {
            let (status, text) = talk.api.refused(method, body).await;
            let expected = format!("'{member}' must not be the id of {kind}");
            assert!(status == 400 && text.contains(&expected), "{method}: {status} {text}");
        }
    }
    assert_eq!(talk.api.get("getMessagesCount").await, json!({"count": 0}));
}
