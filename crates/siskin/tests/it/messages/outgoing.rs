//! One scenario for each kind of message that is sent through the API: what the phone of the
//! receiver decrypts, and what the owner is told.

use serde_json::{Value, json};

use super::{Talk, ann, ben, png, steady};
use crate::stage::BEN;

/// Sends, and gives what Ben's phone sees and what the owner is told as `messageData`.
async fn goes(talk: &Talk, method: &str, mut body: Value) -> (String, Value, Value) {
    body["chatId"] = ben().into();
    let id = talk.send(method, body).await;
    let seen = talk.ben_sees(&id).await;
    assert_eq!(seen["from"], ann(), "{seen}");
    let told = talk.told_of_sent(&id).await;
    (id, seen, steady(told["messageData"].clone()))
}

fn told_text(text: &str) -> Value {
    json!({
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {
            "text": text, "description": "", "title": "", "previewType": "None",
            "jpegThumbnail": "", "forwardingScore": 0, "isForwarded": false,
        }
    })
}

#[tokio::test]
async fn a_text_goes_through_every_status() {
    let talk = Talk::start().await;
    let (id, seen, told) = goes(&talk, "sendMessage", json!({"message": "Yes, until six."})).await;
    assert_eq!((&seen["kind"], &seen["text"]), (&json!("text"), &json!("Yes, until six.")));
    assert_eq!(told, told_text("Yes, until six."));
    assert_eq!(talk.status_of(&id).await, "sent");
    assert_eq!(talk.status_of(&id).await, "delivered");
    let read = json!({"chatId": ann(), "id": id});
    talk.phones.post(&format!("phones/{BEN}/read"), read).await;
    assert_eq!(talk.status_of(&id).await, "read");
    let row = talk.api.post("getMessage", json!({"chatId": ben(), "idMessage": id})).await;
    assert_eq!((&row["statusMessage"], &row["sendByApi"]), (&json!("read"), &json!(true)));
}

#[tokio::test]
async fn a_text_can_quote_and_be_quoted() {
    let talk = Talk::start().await;
    let question = talk.ben_sends(json!({"kind": "text", "text": "Blue?"})).await;
    talk.told("incomingMessageReceived").await;
    let body = json!({"message": "Yes", "quotedMessageId": question});
    let (id, seen, told) = goes(&talk, "sendMessage", body).await;
    assert_eq!(seen["quoted"]["id"], question.as_str());
    assert_eq!(seen["quoted"]["text"], "Blue?");
    assert_eq!(told["typeMessage"], "quotedMessage");
    assert_eq!(told["quotedMessage"]["stanzaId"], question.as_str());
    talk.ben_sends(json!({"kind": "text", "text": "Good", "quotedId": id})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["messageData"]["quotedMessage"]["stanzaId"], id.as_str());
    assert_eq!(told["messageData"]["quotedMessage"]["participant"], ann());
}

#[tokio::test]
async fn a_poll_is_voted_on() {
    let talk = Talk::start().await;
    let body = json!({
        "message": "Drinks?", "multipleAnswers": true,
        "options": [{"optionName": "Tea"}, {"optionName": "Coffee"}],
    });
    let (id, seen, told) = goes(&talk, "sendPoll", body).await;
    assert_eq!((&seen["name"], &seen["options"]), (&json!("Drinks?"), &json!(["Tea", "Coffee"])));
    assert_eq!(seen["multipleAnswers"], true);
    assert_eq!(told["pollMessageData"]["multipleAnswers"], true);
    let vote = json!({"kind": "pollVote", "targetId": id, "options": ["Coffee"]});
    talk.ben_sends(vote).await;
    let told = talk.told("incomingMessageReceived").await;
    let data = &told["messageData"]["pollMessageData"];
    assert_eq!(data["stanzaId"], id.as_str());
    assert_eq!(data["name"], "Drinks?");
    assert_eq!(data["votes"][0]["optionVoters"], json!([]));
    assert_eq!(data["votes"][1]["optionVoters"], json!([ben()]));
}

#[tokio::test]
async fn places_and_contacts() {
    let talk = Talk::start().await;
    let body = json!({
        "latitude": 12.5, "longitude": -45.25, "nameLocation": "Park", "address": "1 Road"
    });
    let (_, seen, told) = goes(&talk, "sendLocation", body).await;
    assert_eq!((&seen["latitude"], &seen["longitude"]), (&json!(12.5), &json!(-45.25)));
    assert_eq!((&seen["name"], &seen["address"]), (&json!("Park"), &json!("1 Road")));
    assert_eq!(told["locationMessageData"]["nameLocation"], "Park");
    let contact = json!({"phoneContact": 15_550_100_004_u64, "firstName": "Cy", "lastName": "Ex"});
    let (_, seen, told) = goes(&talk, "sendContact", json!({"contact": contact})).await;
    assert_eq!(seen["displayName"], "Cy Ex");
    let vcard = seen["vcard"].as_str().unwrap();
    assert!(vcard.contains("waid=15550100004:") && vcard.contains("FN:Cy Ex"), "{vcard}");
    assert_eq!(told["contactMessageData"]["vcard"], vcard);
}

#[tokio::test]
async fn uploaded_files_arrive_as_what_they_are() {
    let talk = Talk::start().await;
    let picture = png(640, 480);
    let chat = ben();
    let fields = [("chatId", chat.as_str()), ("caption", "Our shop")];
    // The name lies; the bytes do not.
    let answer = talk.api.upload(&fields, "shop.txt", picture.clone()).await;
    let id = answer["idMessage"].as_str().unwrap();
    let seen = talk.ben_sees(id).await;
    assert_eq!((&seen["kind"], &seen["mimeType"]), (&json!("image"), &json!("image/png")));
    assert_eq!((&seen["width"], &seen["height"]), (&json!(640), &json!(480)));
    assert_eq!(seen["caption"], "Our shop");
    assert!(seen["thumbnail"].as_str().unwrap().len() > 100, "no thumbnail");
    assert_eq!(talk.phones.file(BEN, id, &ann()).await, picture);
    let told = talk.told_of_sent(id).await;
    let file = &told["messageData"]["fileMessageData"];
    assert_eq!(told["messageData"]["typeMessage"], "imageMessage");
    let (_, ours) = talk.api.download(file["downloadUrl"].as_str().unwrap()).await;
    assert_eq!(ours, picture);
    let paper = b"%PDF-1.4\n%not much of a paper".to_vec();
    let answer = talk.api.upload(&[("chatId", &chat)], "Invoice 42.pdf", paper.clone()).await;
    let id = answer["idMessage"].as_str().unwrap();
    let seen = talk.ben_sees(id).await;
    assert_eq!((&seen["kind"], &seen["fileName"]), (&json!("document"), &json!("Invoice 42.pdf")));
    assert_eq!(talk.phones.file(BEN, id, &ann()).await, paper);
}

#[tokio::test]
async fn a_file_that_was_uploaded_can_be_sent_by_its_address() {
    let talk = Talk::start().await;
    let picture = png(32, 32);
    let answer = talk.api.upload_raw("image/png", "dot.png", picture.clone()).await;
    let url = answer["urlFile"].as_str().unwrap().to_owned();
    let body = json!({"urlFile": url, "fileName": "dot.png", "caption": "dot"});
    let (id, seen, told) = goes(&talk, "sendFileByUrl", body).await;
    assert_eq!((&seen["kind"], &seen["caption"]), (&json!("image"), &json!("dot")));
    assert_eq!(told["fileMessageData"]["fileName"], "dot.png");
    assert_eq!(talk.phones.file(BEN, &id, &ann()).await, picture);
    // As the picture of a preview too, though the gateway calls no private address.
    let custom = json!({"title": "Mine", "link": "https://own.example", "urlFile": url});
    let body = json!({"message": "See https://own.example", "customPreview": custom});
    let (_, _, told) = goes(&talk, "sendMessage", body).await;
    let thumbnail = told["extendedTextMessageData"]["jpegThumbnail"].as_str().unwrap();
    assert!(!thumbnail.is_empty(), "{told}");
}

#[tokio::test]
async fn messages_are_forwarded_with_their_files() {
    let talk = Talk::start().await;
    let picture = png(16, 16);
    let data = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &picture);
    let text = talk.ben_sends(json!({"kind": "text", "text": "one"})).await;
    talk.told("incomingMessageReceived").await;
    let message = json!({"kind": "image", "mimeType": "image/png", "data": data});
    let image = talk.ben_sends(message).await;
    talk.told("incomingMessageReceived").await;
    let body = json!({"chatId": ben(), "chatIdFrom": ben(), "messages": [text, image]});
    let answer = talk.api.post("forwardMessages", body).await;
    let ids: Vec<String> = serde_json::from_value(answer["messages"].clone()).unwrap();
    assert_eq!(ids.len(), 2);
    let seen = talk.ben_sees(&ids[0]).await;
    assert_eq!((&seen["text"], &seen["forwarded"]), (&json!("one"), &json!(true)));
    let told = talk.told_of_sent(&ids[0]).await;
    assert_eq!(told["messageData"]["extendedTextMessageData"]["isForwarded"], true);
    let seen = talk.ben_sees(&ids[1]).await;
    assert_eq!((&seen["kind"], &seen["forwarded"]), (&json!("image"), &json!(true)));
    assert_eq!(talk.phones.file(BEN, &ids[1], &ann()).await, picture);
}

#[tokio::test]
async fn edits_and_deletions_reach_the_phone() {
    let talk = Talk::start().await;
    let (id, ..) = goes(&talk, "sendMessage", json!({"message": "until six"})).await;
    let body = json!({"chatId": ben(), "idMessage": id, "message": "until seven"});
    let edit = talk.send("editMessage", body).await;
    assert_ne!(edit, id);
    let told = talk.told_of_sent(&edit).await;
    let expected = json!({"textMessage": "until seven", "stanzaId": id});
    assert_eq!(told["messageData"]["editedMessageData"], expected);
    talk.ben_sees(&edit).await;
    let seen = talk.ben_sees(&id).await;
    assert_eq!((&seen["text"], &seen["edited"]), (&json!("until seven"), &json!(true)));
    talk.api.post_for_nothing("deleteMessage", json!({"chatId": ben(), "idMessage": id})).await;
    let told = talk.told("outgoingAPIMessageReceived").await;
    assert_eq!(told["messageData"]["deletedMessageData"]["stanzaId"], id.as_str());
    talk.ben_sees(told["idMessage"].as_str().unwrap()).await;
    assert_eq!(talk.ben_sees(&id).await["deleted"], true);
}

#[tokio::test]
async fn buttons_of_every_kind_arrive() {
    let talk = Talk::start().await;
    let body = json!({
        "header": "Order", "body": "Your order is ready", "footer": "Shop",
        "buttons": [
            {"type": "url", "buttonId": "1", "buttonText": "Track", "url": "https://shop.example"},
            {"type": "call", "buttonId": "2", "buttonText": "Call", "phoneNumber": "15550100009"},
            {"type": "copy", "buttonId": "3", "buttonText": "Copy", "copyCode": "EX-42"},
        ],
    });
    let (_, seen, told) = goes(&talk, "sendInteractiveButtons", body).await;
    assert_eq!(seen["kind"], "interactive");
    let names: Vec<_> =
        seen["buttons"].as_array().unwrap().iter().map(|button| button["name"].clone()).collect();
    assert_eq!(names, ["cta_url", "cta_call", "cta_copy"]);
    assert_eq!(told["interactiveButtons"]["buttons"][2]["copyCode"], "EX-42");
    let body = json!({
        "body": "How was it?",
        "buttons": [
            {"buttonId": "1", "buttonText": "Good"}, {"buttonId": "2", "buttonText": "Bad"},
        ],
    });
    let (_, seen, told) = goes(&talk, "sendInteractiveButtonsReply", body).await;
    assert_eq!(seen["buttons"][0]["name"], "quick_reply");
    assert_eq!(told["typeMessage"], "interactiveButtonsReply");
    assert_eq!(told["interactiveButtons"]["buttons"][0]["type"], "reply");
    let body = json!({
        "message": "Ready", "footer": "Shop",
        "templateButtons": [
            {"index": 1, "quickReplyButton": {"displayText": "Thanks", "id": "ok"}},
        ],
    });
    let (_, seen, told) = goes(&talk, "sendTemplateButtons", body).await;
    assert_eq!(seen["kind"], "template");
    assert_eq!(told["templateMessage"]["buttons"][0]["quickReplyButton"]["id"], "ok");
    let (_, seen, _) = goes(&talk, "sendLink", json!({"urlLink": "https://shop.example"})).await;
    assert_eq!(seen["text"], "https://shop.example");
}

#[tokio::test]
async fn typing_is_seen_and_a_chat_is_read() {
    let talk = Talk::start().await;
    let body = json!({"chatId": ben(), "typingTime": 1000});
    talk.api.post_for_nothing("sendTyping", body).await;
    let seen = async || {
        let chats = talk.phones.get(&format!("phones/{BEN}/chats")).await;
        let with_ann =
            chats.as_array().unwrap().iter().find(|chat| chat["chatId"] == ann()).cloned();
        let count = with_ann.and_then(|chat| chat["typingSeen"].as_u64()).unwrap_or_default();
        anyhow::ensure!(count > 0, "{chats}");
        Ok(())
    };
    siskin_testkit::eventually("typing", crate::stage::PATIENCE, seen).await.unwrap();
    let id = talk.ben_sends(json!({"kind": "text", "text": "hello"})).await;
    talk.told("incomingMessageReceived").await;
    let answer = talk.api.post("readChat", json!({"chatId": ben()})).await;
    assert_eq!(answer, json!({"setRead": true}));
    let url = format!("phones/{BEN}/messages?id={id}&status=read&wait=60");
    let rows = talk.phones.get(&url).await;
    assert_eq!(rows[0]["status"], "read", "{rows}");
}
