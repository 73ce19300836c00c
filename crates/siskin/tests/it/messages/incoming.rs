//! One scenario for each kind of message that somebody else sends.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Talk, ann, ben, png, steady};
use crate::stage::ANN;

/// Ben sends; the owner is told exactly this as `messageData`.
async fn comes_as(talk: &Talk, message: Value, expected: Value) -> (String, Value) {
    let id = talk.ben_sends(message.clone()).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str(), "{message}");
    assert_eq!(steady(told["messageData"].clone()), expected, "{message}");
    (id, told)
}

#[tokio::test]
async fn a_text_comes_with_its_envelope() {
    let talk = Talk::start().await;
    let expected = json!({
        "typeMessage": "textMessage", "textMessageData": {"textMessage": "Is the shop open?"}
    });
    let message = json!({"kind": "text", "text": "Is the shop open?"});
    let (_, told) = comes_as(&talk, message, expected).await;
    assert_eq!(told["instanceData"]["wid"], ann());
    assert_eq!(told["instanceData"]["idInstance"], talk.api.id);
    let phones = talk.phones.get("phones").await;
    let names = |number: &str| {
        let all = phones.as_array().unwrap();
        all.iter().find(|row| row["phone"] == number).unwrap()["name"].clone()
    };
    let name = names(crate::stage::BEN);
    let expected = json!({
        "chatId": ben(), "chatName": name, "sender": ben(), "senderName": name,
        "senderContactName": "",
    });
    assert_eq!(told["senderData"], expected);
}

#[tokio::test]
async fn a_saved_contact_has_its_name() {
    let talk = Talk::start().await;
    let contact = json!({"phone": crate::stage::BEN, "name": "Ben (work)"});
    let (status, answer) = talk.phones.post(&format!("phones/{ANN}/contacts"), contact).await;
    assert_eq!(status, 200, "{answer}");
    let look = async || {
        talk.ben_sends(json!({"kind": "text", "text": "hello"})).await;
        let told = talk.told("incomingMessageReceived").await;
        anyhow::ensure!(told["senderData"]["senderContactName"] == "Ben (work)", "{told}");
        Ok(())
    };
    siskin_testkit::eventually("the saved name", crate::stage::PATIENCE, look).await.unwrap();
}

#[tokio::test]
async fn texts_with_links_quotes_and_forwarding() {
    let talk = Talk::start().await;
    let preview =
        json!({"url": "https://shop.example/hours", "title": "Shop", "description": "Hours"});
    let text = "See https://shop.example/hours";
    let expected = json!({
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {
            "text": text, "description": "Hours", "title": "Shop", "previewType": "None",
            "jpegThumbnail": "", "forwardingScore": 0, "isForwarded": false,
        }
    });
    comes_as(&talk, json!({"kind": "text", "text": text, "preview": preview}), expected).await;

    let question =
        json!({"typeMessage": "textMessage", "textMessageData": {"textMessage": "first"}});
    let (first, _) = comes_as(&talk, json!({"kind": "text", "text": "first"}), question).await;
    let expected = json!({
        "typeMessage": "quotedMessage",
        "extendedTextMessageData": {"text": "yes", "stanzaId": first, "participant": ben()},
        "quotedMessage": {
            "stanzaId": first, "participant": ben(), "typeMessage": "textMessage",
            "textMessage": "first",
        }
    });
    comes_as(&talk, json!({"kind": "text", "text": "yes", "quotedId": first}), expected).await;

    let told_forwarded = json!({
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {
            "text": "again", "description": "", "title": "", "previewType": "None",
            "jpegThumbnail": "", "forwardingScore": 2, "isForwarded": true,
        }
    });
    comes_as(&talk, json!({"kind": "text", "text": "again", "forwarded": 2}), told_forwarded).await;
}

#[tokio::test]
async fn files_of_every_kind_can_be_downloaded_as_they_were() {
    let talk = Talk::start().await;
    let picture = png(64, 48);
    let (sound, paper) = (b"OggS-not-really".to_vec(), b"%PDF-1.4 not really".to_vec());
    for (kind, own, type_message, mime_type, bytes) in [
        ("image", json!({"caption": "Door"}), "imageMessage", "image/png", &picture),
        ("video", json!({"caption": "Clip"}), "videoMessage", "video/mp4", &sound),
        ("audio", json!({"seconds": 1}), "audioMessage", "audio/mpeg", &sound),
        ("voice", json!({"seconds": 1}), "audioMessage", "audio/ogg; codecs=opus", &sound),
        (
            "document",
            json!({"fileName": "Invoice 42.pdf", "caption": "Invoice"}),
            "documentMessage",
            "application/pdf",
            &paper,
        ),
        ("sticker", json!({"animated": false}), "stickerMessage", "image/webp", &picture),
    ] {
        let mut message = own.clone();
        message["kind"] = kind.into();
        message["mimeType"] = mime_type.into();
        message["data"] = BASE64_STANDARD.encode(bytes).into();
        let id = talk.ben_sends(message).await;
        let told = talk.told("incomingMessageReceived").await;
        assert_eq!(told["idMessage"], id.as_str());
        assert_eq!(told["messageData"]["typeMessage"], type_message);
        let file = &told["messageData"]["fileMessageData"];
        assert_eq!(file["mimeType"], mime_type);
        assert_eq!(file["caption"], own.get("caption").cloned().unwrap_or_else(|| "".into()));
        if let Some(name) = own.get("fileName") {
            assert_eq!(file["fileName"], *name);
        }
        assert_eq!(file.get("isAnimated").is_some(), kind == "sticker");
        let (headers, downloaded) = talk.api.download(file["downloadUrl"].as_str().unwrap()).await;
        assert_eq!(downloaded, *bytes, "{kind}");
        let essence = mime_type.split(';').next().unwrap();
        assert!(headers["content-type"].to_str().unwrap().starts_with(essence), "{kind}");
        let again = json!({"chatId": ben(), "idMessage": id});
        let answer = talk.api.post("downloadFile", again).await;
        assert_eq!(answer["downloadUrl"], file["downloadUrl"]);
    }
}

#[tokio::test]
async fn places_contacts_and_invitations() {
    let talk = Talk::start().await;
    let place = json!({
        "kind": "location", "latitude": 12.5, "longitude": -45.25, "name": "Park",
        "address": "1 Example Road",
    });
    let expected = json!({
        "typeMessage": "locationMessage",
        "locationMessageData": {
            "nameLocation": "Park", "address": "1 Example Road", "latitude": 12.5,
            "longitude": -45.25, "jpegThumbnail": "", "forwardingScore": 0, "isForwarded": false,
        }
    });
    comes_as(&talk, place, expected).await;
    let vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Cy\nEND:VCARD";
    let expected = json!({
        "typeMessage": "contactMessage",
        "contactMessageData": {
            "displayName": "Cy", "vcard": vcard, "forwardingScore": 0, "isForwarded": false,
        }
    });
    let contact = json!({"kind": "contact", "displayName": "Cy", "vcard": vcard});
    comes_as(&talk, contact, expected).await;
    let cards =
        json!([{"displayName": "Cy", "vcard": vcard}, {"displayName": "Di", "vcard": vcard}]);
    let expected = json!({
        "typeMessage": "contactsArrayMessage",
        "messageData": {"contacts": cards, "forwardingScore": 0, "isForwarded": false}
    });
    comes_as(&talk, json!({"kind": "contacts", "contacts": cards}), expected).await;
    let invitation = json!({
        "kind": "groupInvite", "groupId": "120363000000000001@g.us", "inviteCode": "Code",
        "groupName": "Weekend", "caption": "Join us", "inviteExpiration": 1_900_000_000,
    });
    let expected = json!({
        "typeMessage": "groupInviteMessage",
        "groupInviteMessageData": {
            "groupJid": "120363000000000001@g.us", "inviteCode": "Code",
            "inviteExpiration": "1900000000", "groupName": "Weekend", "caption": "Join us",
            "name": "", "jpegThumbnail": "",
        }
    });
    comes_as(&talk, invitation, expected).await;
}

#[tokio::test]
async fn a_poll_and_its_votes() {
    let talk = Talk::start().await;
    let poll = json!({"kind": "poll", "name": "Drinks?", "options": ["Tea", "Coffee"]});
    let expected = json!({
        "typeMessage": "pollMessage",
        "pollMessageData": {
            "name": "Drinks?", "options": [{"optionName": "Tea"}, {"optionName": "Coffee"}],
            "multipleAnswers": false,
        }
    });
    let (poll, _) = comes_as(&talk, poll, expected).await;
    let votes = |tea: Value| {
        json!({
            "typeMessage": "pollUpdateMessage",
            "pollMessageData": {
                "stanzaId": poll, "name": "Drinks?", "multipleAnswers": false,
                "votes": [
                    {"optionName": "Tea", "optionVoters": tea},
                    {"optionName": "Coffee", "optionVoters": []},
                ],
            }
        })
    };
    let vote = json!({"kind": "pollVote", "targetId": poll, "options": ["Tea"]});
    comes_as(&talk, vote, votes(json!([ben()]))).await;
    let vote = json!({"kind": "pollVote", "targetId": poll, "options": []});
    comes_as(&talk, vote, votes(json!([]))).await;
}

#[tokio::test]
async fn reactions_edits_and_deletions_name_their_target() {
    let talk = Talk::start().await;
    let target = talk.ben_sends(json!({"kind": "text", "text": "one"})).await;
    talk.told("incomingMessageReceived").await;
    for text in ["👍", ""] {
        let expected = json!({
            "typeMessage": "reactionMessage", "extendedTextMessageData": {"text": text},
            "quotedMessage": {"stanzaId": target, "participant": ben()},
        });
        comes_as(&talk, json!({"kind": "reaction", "targetId": target, "text": text}), expected)
            .await;
    }
    let expected = json!({
        "typeMessage": "editedMessage",
        "editedMessageData": {"textMessage": "two", "stanzaId": target},
    });
    comes_as(&talk, json!({"kind": "edit", "targetId": target, "text": "two"}), expected).await;
    let expected =
        json!({"typeMessage": "deletedMessage", "deletedMessageData": {"stanzaId": target}});
    comes_as(&talk, json!({"kind": "delete", "targetId": target}), expected).await;
}

#[tokio::test]
async fn buttons_lists_templates_and_what_is_pressed() {
    let talk = Talk::start().await;
    let buttons = json!({
        "kind": "buttons", "text": "Pick a colour", "footer": "Thanks",
        "buttons": [{"id": "1", "text": "Green"}, {"id": "2", "text": "Blue"}],
    });
    let expected = json!({
        "typeMessage": "buttonsMessage",
        "buttonsMessage": {
            "contentText": "Pick a colour", "footer": "Thanks",
            "buttons": [
                {"buttonId": "1", "buttonText": "Green"}, {"buttonId": "2", "buttonText": "Blue"},
            ],
            "forwardingScore": 0, "isForwarded": false,
        }
    });
    comes_as(&talk, buttons, expected).await;
    let list = json!({
        "kind": "list", "text": "Choose a slot", "title": "Slots", "footer": "Today",
        "buttonText": "Open",
        "sections": [{"title": "Morning", "rows": [
            {"id": "s1", "title": "09:00"}, {"id": "s2", "title": "10:00", "description": "last"},
        ]}],
    });
    let expected = json!({
        "typeMessage": "listMessage",
        "listMessage": {
            "contentText": "Choose a slot", "title": "Slots", "footer": "Today",
            "buttonText": "Open",
            "sections": [{"title": "Morning", "rows": [
                {"title": "09:00", "rowId": "s1"},
                {"title": "10:00", "rowId": "s2", "description": "last"},
            ]}],
            "forwardingScore": 0, "isForwarded": false,
        }
    });
    comes_as(&talk, list, expected).await;
    let template = json!({
        "kind": "template", "text": "Your order is ready", "title": "Order", "footer": "Shop",
        "buttons": [
            {"type": "url", "text": "Track", "url": "https://shop.example/t/1"},
            {"type": "call", "text": "Call", "phoneNumber": "+15550100009"},
            {"type": "quickReply", "text": "Thanks", "id": "ok"},
        ],
    });
    let expected = json!({
        "typeMessage": "templateMessage",
        "templateMessage": {
            "namespace": "", "elementName": "", "contentText": "Your order is ready",
            "titleText": "Order", "footer": "Shop",
            "buttons": [
                {"index": 1, "urlButton": {
                    "displayText": "Track", "url": "https://shop.example/t/1",
                }},
                {"index": 2, "callButton": {"displayText": "Call", "phoneNumber": "+15550100009"}},
                {"index": 3, "quickReplyButton": {"displayText": "Thanks", "id": "ok"}},
            ],
            "forwardingScore": 0, "isForwarded": false,
        }
    });
    comes_as(&talk, template, expected).await;
}

#[tokio::test]
async fn answers_to_buttons_and_lists_of_ours() {
    let talk = Talk::start().await;
    let buttons = json!({
        "chatId": ben(), "message": "Pick", "footer": "",
        "buttons": [{"buttonId": "1", "buttonText": "Green"}],
    });
    let sent = talk.send("sendButtons", buttons).await;
    talk.ben_sees(&sent).await;
    let pressed =
        json!({"kind": "buttonsResponse", "quotedId": sent, "selectedId": "1", "text": "Green"});
    let id = talk.ben_sends(pressed).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str());
    let expected = json!({
        "stanzaId": sent, "selectedButtonId": "1", "selectedButtonText": "Green"
    });
    assert_eq!(told["messageData"]["buttonsResponseMessage"], expected);
    let list = json!({
        "chatId": ben(), "message": "Choose", "buttonText": "Open",
        "sections": [{"title": "Morning", "rows": [{"title": "10:00", "rowId": "s2"}]}],
    });
    let sent = talk.send("sendListMessage", list).await;
    talk.ben_sees(&sent).await;
    let chosen =
        json!({"kind": "listResponse", "quotedId": sent, "selectedId": "s2", "text": "10:00"});
    talk.ben_sends(chosen).await;
    let told = talk.told("incomingMessageReceived").await;
    let expected = json!({
        "stanzaId": sent, "title": "10:00", "listType": 1, "singleSelectReply": "s2"
    });
    assert_eq!(told["messageData"]["listResponseMessage"], expected);
}

#[tokio::test]
async fn what_cannot_be_decrypted_is_told_with_its_marker() {
    let talk = Talk::start().await;
    talk.phones.fault(json!({"phone": ANN, "undecryptable": 1})).await;
    let id = talk.ben_sends(json!({"kind": "text", "text": "lost"})).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str());
    // The phone sends it again when it is asked to: then it is told as it is.
    let text = &told["messageData"]["textMessageData"]["textMessage"];
    assert!(*text == "lost" || *text == "{{SWE001}}", "{told}");
}
