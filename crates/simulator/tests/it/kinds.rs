//! Every kind of message, from phones to clients and back.

use serde_json::{Value, json};
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use whatsapp_rust::send::RevokeType;

use crate::direct::text;
use crate::network::{ANN, BEN, Network};

/// What of a message comes out as it went in.
fn is_shown(row: &Value, draft: &Value) {
    for (key, value) in draft.as_object().unwrap() {
        if key == "data" {
            assert_eq!(row["size"], 5, "{row}");
        } else if key == "contacts" {
            let names: Vec<_> =
                value.as_array().unwrap().iter().map(|c| &c["displayName"]).collect();
            let shown: Vec<_> =
                row["contacts"].as_array().unwrap().iter().map(|c| &c["displayName"]).collect();
            assert_eq!(shown, names);
        } else if key == "preview" {
            is_shown(&row[key], value);
        } else if key == "buttons" {
            for (shown, asked) in row[key].as_array().unwrap().iter().zip(value.as_array().unwrap())
            {
                is_shown(shown, asked);
            }
        } else if !["phone", "quotedId", "mentions", "targetId"].contains(&key.as_str()) {
            assert_eq!(&row[key], value, "{key} of {row}");
        }
    }
}

fn drafts() -> Vec<Value> {
    let data = "aGVsbG8=";
    vec![
        json!({"kind": "text", "text": "plain"}),
        json!({"kind": "text", "text": "see https://example.com", "preview":
            {"url": "https://example.com", "title": "Example", "description": "A page"}}),
        json!({"kind": "image", "data": data, "caption": "look", "width": 4, "height": 3,
            "thumbnail": data}),
        json!({"kind": "video", "data": data, "seconds": 7, "gif": true}),
        json!({"kind": "videoNote", "data": data, "seconds": 7}),
        json!({"kind": "audio", "data": data, "mimeType": "audio/mp4", "seconds": 3}),
        json!({"kind": "voice", "data": data, "seconds": 3, "waveform": data}),
        json!({"kind": "document", "data": data, "fileName": "a.pdf",
            "mimeType": "application/pdf"}),
        json!({"kind": "document", "data": data, "fileName": "b.pdf", "caption": "read it"}),
        json!({"kind": "sticker", "data": data, "width": 512, "height": 512, "animated": true}),
        json!({"kind": "location", "latitude": 52.5, "longitude": 13.25, "name": "Here",
            "address": "Street 1"}),
        json!({"kind": "contact", "displayName": "Chloe", "phone": "15550100003"}),
        json!({"kind": "contacts", "contacts": [
            {"displayName": "Chloe", "phone": "15550100003"},
            {"displayName": "Dan", "vcard": "BEGIN:VCARD\nVERSION:3.0\nFN:Dan\nEND:VCARD"}]}),
        json!({"kind": "poll", "name": "Tea?", "options": ["yes", "no"]}),
        json!({"kind": "poll", "name": "Cake?", "options": ["a", "b"], "multipleAnswers": true}),
        json!({"kind": "groupInvite", "groupId": "1203@g.us", "inviteCode": "abc",
            "groupName": "Club", "caption": "come", "inviteExpiration": 1_800_000_000}),
        json!({"kind": "buttons", "text": "choose", "header": "Head", "footer": "Foot",
            "buttons": [{"id": "1", "text": "one"}, {"id": "2", "text": "two"}]}),
        json!({"kind": "list", "text": "choose", "title": "List", "buttonText": "open",
            "sections": [{"title": "S", "rows": [
                {"id": "1", "title": "one", "description": "d"}]}]}),
        json!({"kind": "template", "text": "choose", "title": "T", "footer": "F", "buttons": [
            {"type": "quickReply", "text": "ok", "id": "1"},
            {"type": "url", "text": "go", "url": "https://example.com"},
            {"type": "call", "text": "ring", "phoneNumber": "+15550100003"}]}),
        json!({"kind": "interactive", "text": "choose", "title": "T", "footer": "F",
            "buttons": [{"name": "quick_reply",
                "params": "{\"display_text\":\"ok\",\"id\":\"1\"}"}]}),
        json!({"kind": "buttonsResponse", "selectedId": "1", "text": "one"}),
        json!({"kind": "listResponse", "selectedId": "1", "text": "one", "description": "d"}),
        json!({"kind": "templateReply", "selectedId": "1", "text": "ok", "selectedIndex": 1}),
        json!({"kind": "interactiveReply", "text": "ok", "name": "flow", "params": "{}"}),
        json!({"kind": "disappearing", "expiration": 86400}),
        json!({"kind": "text", "text": "again", "forwarded": true, "expiration": 604800}),
        json!({"kind": "image", "data": data, "viewOnce": true}),
    ]
}

#[tokio::test]
async fn every_kind_reaches_clients_and_is_shown_by_phones() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    for draft in drafts() {
        let id = network.phone_sends(BEN, ANN, draft.clone()).await;

        let (_, received) = ann.message(&id).await;
        let (_, own) = ben.message(&id).await;
        assert_ne!(*received, wa::Message::default(), "{draft}");
        assert_eq!(received, own, "{draft}");
        is_shown(&network.phone_holds(ANN, &id).await, &draft);
        is_shown(&network.phone_holds(BEN, &id).await, &draft);
    }
}

#[tokio::test]
async fn a_message_quotes_another_and_mentions_people() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let quoted = ann.writes(BEN, "what do you think?").await;
    network.phone_holds(BEN, &quoted).await;

    let draft = json!({"kind": "text", "text": "@15550100003 knows", "quotedId": quoted,
        "mentions": ["15550100003"]});
    let id = network.phone_sends(BEN, ANN, draft).await;

    let (_, message) = ann.message(&id).await;
    let context = message.extended_text_message.as_option().unwrap().context_info.as_option();
    let context = context.unwrap();
    assert_eq!(context.stanza_id.as_deref(), Some(&*quoted));
    assert_eq!(context.participant, Some(format!("{}@lid", network.lid(ANN).await)));
    assert_eq!(context.mentioned_jid, [format!("{}@lid", network.lid("15550100003").await)]);
    let row = network.phone_holds(BEN, &id).await;
    assert_eq!(row["quoted"]["id"], quoted);
    assert_eq!(row["quoted"]["text"], "what do you think?");
}

#[tokio::test]
async fn a_phone_edits_deletes_and_reacts() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let id = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "helo"})).await;
    let tell = |kind: &str, text: &str| json!({"kind": kind, "targetId": id, "text": text});

    let edit = network.phone_sends(BEN, ANN, tell("edit", "hello")).await;
    let (info, message) = ann.message(&edit).await;
    assert_eq!(info.edit.to_string_val(), "1");
    let protocol = message.protocol_message.as_option().unwrap();
    let edited = protocol.edited_message.as_option().unwrap();
    assert_eq!(edited.conversation.as_deref(), Some("hello"));
    assert_eq!(protocol.key.as_option().unwrap().id.as_deref(), Some(&*id));
    network.phone_holds(ANN, &edit).await;
    let row = network.phone_holds(ANN, &id).await;
    assert_eq!((&row["text"], &row["edited"]), (&json!("hello"), &json!(true)));

    let liked = network.phone_sends(BEN, ANN, tell("reaction", "❤")).await;
    let (_, message) = ann.message(&liked).await;
    assert_eq!(message.reaction_message.as_option().unwrap().text.as_deref(), Some("❤"));
    let row = network.phone_holds(ANN, &id).await;
    assert_eq!(row["reactions"], json!([{"from": format!("{BEN}@c.us"), "text": "❤"}]));
    let taken_back = network.phone_sends(BEN, ANN, tell("reaction", "")).await;
    assert_eq!(network.phone_holds(ANN, &taken_back).await["targetId"], id);
    assert!(network.phone_holds(ANN, &id).await["reactions"].is_null());

    let gone = network.phone_sends(BEN, ANN, json!({"kind": "delete", "targetId": id})).await;
    let (info, message) = ann.message(&gone).await;
    assert_eq!(info.edit.to_string_val(), "7");
    assert!(message.protocol_message.is_set());
    assert_eq!(network.phone_holds(ANN, &gone).await["kind"], "delete");
    assert_eq!(network.phone_holds(ANN, &id).await["deleted"], true);
}

#[tokio::test]
async fn a_client_edits_deletes_and_reacts() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = Jid::pn(BEN);
    let id = ann.writes(BEN, "helo").await;
    network.phone_holds(BEN, &id).await;

    ann.client.edit_message(ben.clone(), id.clone(), text("hello")).await.unwrap();
    let rows = network.ask(BEN, "messages?after=1&wait=30").await;
    assert_eq!((&rows[0]["kind"], &rows[0]["targetId"]), (&json!("edit"), &json!(id)));
    assert_eq!(network.phone_holds(BEN, &id).await["text"], "hello");
    assert_eq!(network.phone_holds(ANN, &id).await["text"], "hello");

    let reaction = wa::message::ReactionMessage {
        key: buffa::MessageField::some(wa::MessageKey {
            remote_jid: Some(ben.to_string()),
            from_me: Some(true),
            id: Some(id.clone()),
            participant: None,
        }),
        text: Some("👍".to_owned()),
        ..Default::default()
    };
    let reaction =
        wa::Message { reaction_message: buffa::MessageField::some(reaction), ..Default::default() };
    let sent = ann.client.send_message(ben.clone(), reaction).await.unwrap();
    network.phone_holds(BEN, &sent.message_id).await;
    let row = network.phone_holds(BEN, &id).await;
    assert_eq!(row["reactions"], json!([{"from": format!("{ANN}@c.us"), "text": "👍"}]));

    ann.client.revoke_message(ben, id.clone(), RevokeType::Sender).await.unwrap();
    network.ask(BEN, &format!("messages?after={}&wait=30", 3)).await;
    assert_eq!(network.phone_holds(BEN, &id).await["deleted"], true);
    assert_eq!(network.phone_holds(ANN, &id).await["deleted"], true);
}

#[tokio::test]
async fn votes_are_decrypted_by_either_side() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    for addressing in ["lid", "pn"] {
        let options = ["yes".to_owned(), "no".to_owned()];
        let (poll, secret) =
            ann.client.polls().create(Jid::pn(BEN), "Tea?", &options, 1).await.unwrap();
        let poll = poll.message_id;
        network.phone_holds(BEN, &poll).await;

        let draft = json!({"kind": "pollVote", "targetId": poll, "options": ["yes"],
            "addressing": addressing});
        let vote = network.phone_sends(BEN, ANN, draft).await;

        let (info, message) = ann.message(&vote).await;
        let update = message.poll_update_message.as_option().unwrap();
        let sealed = update.vote.as_option().unwrap();
        let ciphertext = wacore::poll::PollVoteCiphertext {
            enc_payload: sealed.enc_payload.as_deref().unwrap(),
            enc_iv: sealed.enc_iv.as_deref().unwrap(),
        };
        let own = ann.client.pn().unwrap();
        let hashes = ann
            .client
            .polls()
            .decrypt_vote(ciphertext, &secret, &poll, &own, &info.source.sender)
            .await;
        let hashes = match hashes {
            Ok(hashes) => hashes,
            Err(_) => {
                let own = ann.client.lid().unwrap();
                let polls = ann.client.polls();
                polls
                    .decrypt_vote(ciphertext, &secret, &poll, &own, &info.source.sender)
                    .await
                    .unwrap()
            }
        };
        assert_eq!(hashes, [wacore::poll::compute_option_hash("yes").to_vec()]);
        for phone in [ANN, BEN] {
            network.phone_holds(phone, &vote).await;
            let row = network.phone_holds(phone, &poll).await;
            assert_eq!(row["votes"], json!([{"from": format!("{BEN}@c.us"), "options": ["yes"]}]));
        }
    }
}

#[tokio::test]
async fn a_clients_vote_is_shown_by_the_phones() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let draft = json!({"kind": "poll", "name": "Cake?", "options": ["a", "b", "c"],
        "multipleAnswers": true});
    let poll = network.phone_sends(BEN, ANN, draft).await;
    let (info, message) = ann.message(&poll).await;
    let context = message.message_context_info.as_option().unwrap();
    let secret = context.message_secret.clone().unwrap();

    let chosen = ["a".to_owned(), "c".to_owned()];
    let vote = ann
        .client
        .polls()
        .vote(Jid::pn(BEN), &poll, &info.source.sender, &secret, &chosen)
        .await
        .unwrap();

    let shown = network.phone_holds(BEN, &vote.message_id).await;
    assert_eq!((&shown["kind"], &shown["options"]), (&json!("pollVote"), &json!(["a", "c"])));
    let row = network.phone_holds(BEN, &poll).await;
    assert_eq!(row["votes"], json!([{"from": format!("{ANN}@c.us"), "options": ["a", "c"]}]));
}

#[tokio::test]
async fn a_draft_that_makes_no_sense_is_refused() {
    let network = Network::start().await;
    let own = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "mine"})).await;
    let cases = [
        (json!({"kind": "text", "text": "x"}), 400),
        (json!({"chatId": "15559999999", "kind": "text", "text": "x"}), 404),
        (json!({"chatId": "nobody", "kind": "text", "text": "x"}), 400),
        (json!({"chatId": ANN, "kind": "telepathy"}), 400),
        (json!({"chatId": ANN, "kind": "text"}), 400),
        (json!({"chatId": ANN, "kind": "text", "text": "x", "colour": "red"}), 400),
        (json!({"chatId": ANN, "kind": "image", "data": "no base64!"}), 400),
        (json!({"chatId": ANN, "kind": "text", "text": "x", "quotedId": "none"}), 404),
        (json!({"chatId": ANN, "kind": "reaction", "text": "x", "targetId": "none"}), 404),
        (json!({"chatId": ANN, "kind": "pollVote", "options": [], "targetId": own}), 400),
        (json!({"chatId": ANN, "kind": "poll", "name": "x", "options": []}), 400),
        (json!({"chatId": ANN, "kind": "raw", "message": "/////w=="}), 400),
    ];
    for (draft, expected) in cases {
        let path = format!("/sandbox/phones/{BEN}/messages");
        let (status, answer) = network.call("POST", &path, draft.clone()).await;
        assert_eq!(status, expected, "{draft}: {answer}");
        assert!(answer["error"].is_string() && answer["hint"].is_string(), "{answer}");
    }
    let theirs = json!({"chatId": BEN, "kind": "edit", "text": "yours", "targetId": own});
    let (status, _) =
        network.call("POST", &format!("/sandbox/phones/{ANN}/messages"), theirs).await;
    assert_eq!(status, 400);
}
