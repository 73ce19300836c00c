//! Groups: their life, and what is written in them.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wacore::stanza::groups::GroupNotificationAction as Action;
use wacore::types::events::Event;
use wacore::types::presence::ReceiptType;
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use whatsapp_rust::{
    GroupCreateOptions, GroupDescription, GroupParticipantOptions, GroupSubject, NodeFilter,
    PreviousDescription, SendOptions,
};

use crate::client::Client;
use crate::direct::text;
use crate::network::{ANN, BEN, CHLOE, Network};

fn body(message: &wa::Message) -> Option<&str> {
    message.conversation.as_deref()
}

/// A phone makes a group; gives its id.
async fn group(network: &Network, phone: &str, members: &[&str]) -> String {
    let asked = json!({ "subject": "Friends", "participants": members });
    let made = network.tell(phone, "groups", asked).await;
    made["chatId"].as_str().unwrap().to_owned()
}

fn jid(group: &str) -> Jid {
    group.parse().unwrap()
}

impl Client {
    /// Waits until something that is told of a group is what is looked for.
    async fn told<T>(&self, what: &str, pick: impl Fn(&Action) -> Option<T>) -> T {
        self.eventually(what, |event| match event {
            Event::GroupUpdate(update) => pick(&update.action),
            _ => None,
        })
        .await
    }

    /// Waits until the client hears of a new group that it is in.
    async fn in_new_group(&self) {
        let created = |action: &Action| matches!(action, Action::Create { .. }).then_some(());
        self.told("a new group", created).await;
    }

    async fn posts(&self, group: &str, words: &str) -> String {
        let sent = self.client.send_message(jid(group), text(words)).await.unwrap();
        assert_eq!(self.acknowledged(&sent.message_id).await, None);
        sent.message_id
    }

    async fn gets(&self, id: &str) -> String {
        body(&self.message(id).await.1).unwrap().to_owned()
    }
}

#[tokio::test]
async fn clients_and_phones_write_to_a_group() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    let friends = group(&network, CHLOE, &[ANN, BEN]).await;
    ann.in_new_group().await;

    for words in ["first", "second"] {
        let id = ann.posts(&friends, words).await;
        assert_eq!(ben.gets(&id).await, words);
        for phone in [ANN, BEN, CHLOE] {
            let shown = network.phone_holds(phone, &id).await;
            assert_eq!((&shown["text"], &shown["chatId"]), (&json!(words), &json!(friends)));
            assert_eq!(shown["from"], format!("{ANN}@c.us"));
            assert_eq!(shown["fromMe"], phone == ANN);
        }
        ann.receipt(&id, ReceiptType::Delivered).await;
        network.phone_holds_with(ANN, &id, "delivered").await;
    }

    for words in ["hello all", "again"] {
        let message = json!({ "kind": "text", "text": words });
        let id = network.phone_sends(CHLOE, &friends, message).await;
        for client in [&ann, &ben] {
            let (info, message) = client.message(&id).await;
            assert_eq!(body(&message), Some(words));
            assert_eq!(info.source.chat, jid(&friends));
            assert!(info.source.sender.is_lid());
            assert_eq!(info.source.sender_alt.as_ref().unwrap().user, CHLOE);
            assert_eq!(info.push_name, "Chloe");
        }
        network.phone_holds(BEN, &id).await;
        network.phone_holds_with(CHLOE, &id, "delivered").await;
    }
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}

#[tokio::test]
async fn a_client_makes_a_group_and_changes_it() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    let groups = ann.client.groups();
    let options = GroupCreateOptions::new("Plans")
        .with_participant(GroupParticipantOptions::new(Jid::pn(BEN)));
    let made = groups.create_group(options).await.unwrap().metadata;
    assert_eq!(made.participants.len(), 2);
    ben.in_new_group().await;
    let id = made.id.clone();

    let added = groups.add_participants(&id, &[Jid::pn(CHLOE), Jid::pn("15559999999")]).await;
    let errors: Vec<_> = added.unwrap().into_iter().map(|one| one.error).collect();
    assert_eq!(errors, [None, Some("404".to_owned())]);
    let chloe = ben.told("an added member", |action| match action {
        Action::Add { participants, .. } => participants[0].phone_number.clone(),
        _ => None,
    });
    assert_eq!(chloe.await, Jid::pn(CHLOE));
    groups.promote_participants(&id, &[Jid::pn(BEN)]).await.unwrap();
    groups.set_subject(&id, GroupSubject::new("Big plans").unwrap()).await.unwrap();
    let description = GroupDescription::new("All of them").unwrap();
    groups.set_description(&id, Some(description), PreviousDescription::Absent).await.unwrap();
    groups.set_announce(&id, true).await.unwrap();
    groups.set_locked(&id, true).await.unwrap();
    groups.remove_participants(&id, &[Jid::pn(CHLOE)]).await.unwrap();
    ben.told("a removed member", |action| matches!(action, Action::Remove { .. }).then_some(()))
        .await;

    let seen = ben.client.groups().get_metadata(&id).await.unwrap();
    assert_eq!(seen.subject, "Big plans");
    assert_eq!(seen.description.as_deref(), Some("All of them"));
    assert!(seen.is_announcement && seen.is_locked);
    assert_eq!(seen.participants.len(), 2);
    assert!(seen.participants.iter().all(|one| one.is_admin() && one.jid.is_lid()));
    let all = ben.client.groups().get_participating().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}

#[tokio::test]
async fn whoever_is_not_in_a_group_is_refused() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let friends = group(&network, CHLOE, &[ANN, BEN]).await;
    ann.posts(&friends, "hello").await;
    let change = json!({ "remove": [ANN] });
    network.tell(CHLOE, &format!("groups/{friends}/participants"), change).await;
    ann.told("being removed", |action| matches!(action, Action::Remove { .. }).then_some(())).await;

    let sent = ann.client.send_message(jid(&friends), text("still there?")).await;
    if let Ok(sent) = sent {
        assert_eq!(ann.acknowledged(&sent.message_id).await.as_deref(), Some("403"));
    }
    let error = ann.client.groups().get_metadata(&jid(&friends)).await.unwrap_err();
    assert!(format!("{error:?}").contains("403"), "{error:?}");
    let message = json!({ "chatId": friends, "kind": "text", "text": "me too" });
    let path = format!("/sandbox/phones/{ANN}/messages");
    assert_eq!(network.call("POST", &path, message).await.0, StatusCode::CONFLICT);

    // Whoever is gone reads nothing more, though it had the key.
    let message = json!({ "kind": "text", "text": "among us" });
    let id = network.phone_sends(CHLOE, &friends, message).await;
    assert_eq!(network.phone_holds(BEN, &id).await["text"], "among us");
    assert_eq!(network.ask(ANN, &format!("messages?id={id}")).await, json!([]));
}

#[tokio::test]
async fn only_admins_write_to_an_announcing_group() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let friends = group(&network, CHLOE, &[ANN]).await;
    let on = json!({ "announce": true });
    network.tell(CHLOE, &format!("groups/{friends}/announce"), on).await;

    let sent = ann.client.send_message(jid(&friends), text("may I?")).await.unwrap();
    assert_eq!(ann.acknowledged(&sent.message_id).await.as_deref(), Some("405"));
    let change = json!({ "promote": [ANN] });
    network.tell(CHLOE, &format!("groups/{friends}/participants"), change).await;
    ann.told("a promotion", |action| matches!(action, Action::Promote { .. }).then_some(())).await;
    ann.posts(&friends, "now I may").await;
}

#[tokio::test]
async fn a_group_survives_a_restart_and_its_members_still_read_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let ann = network.linked_client(ANN).await;
    let friends = group(&network, CHLOE, &[ANN, BEN]).await;
    let message = json!({ "kind": "text", "text": "before" });
    let id = network.phone_sends(CHLOE, &friends, message).await;
    assert_eq!(ann.gets(&id).await, "before");
    let first = ann.posts(&friends, "before too").await;
    network.phone_holds(CHLOE, &first).await;
    let address = network.address;
    network.stop().await;

    let network = Network::in_folder_at(folder.path(), address).await;
    ann.connected().await;
    let message = json!({ "kind": "text", "text": "after" });
    let id = network.phone_sends(CHLOE, &friends, message).await;
    assert_eq!(ann.gets(&id).await, "after");
    let second = ann.posts(&friends, "after too").await;
    assert_eq!(network.phone_holds(CHLOE, &second).await["text"], "after too");
}

#[tokio::test]
async fn a_device_linked_later_reads_what_is_written_from_then_on() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let friends = group(&network, CHLOE, &[ANN, BEN]).await;
    ann.posts(&friends, "early").await;
    let message = json!({ "kind": "text", "text": "early too" });
    network.phone_sends(CHLOE, &friends, message).await;
    let ben = network.linked_client(BEN).await;

    let message = json!({ "kind": "text", "text": "late" });
    let id = network.phone_sends(CHLOE, &friends, message).await;
    assert_eq!(ben.gets(&id).await, "late");
    let id = ann.posts(&friends, "late too").await;
    assert_eq!(ben.gets(&id).await, "late too");
}

#[tokio::test]
async fn people_come_by_invitation_and_leave() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let friends = group(&network, CHLOE, &[]).await;
    let invitation = network.ask(CHLOE, &format!("groups/{friends}/invite")).await;
    let code = invitation["code"].as_str().unwrap();

    let shown = ann.client.groups().get_invite_info(code).await.unwrap();
    assert_eq!(shown.subject, "Friends");
    ann.client.groups().join_with_invite_code(code).await.unwrap();
    network.tell(BEN, "groups/join", json!({ "code": invitation["link"] })).await;
    assert_eq!(network.ask(BEN, "groups").await[0]["participants"].as_array().unwrap().len(), 3);
    ann.posts(&friends, "I am in").await;

    ann.client.groups().leave(jid(&friends)).await.unwrap();
    network.tell(BEN, &format!("groups/{friends}/leave"), json!({})).await;
    let left = network.ask(CHLOE, "groups").await;
    assert_eq!(left[0]["participants"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_group_of_old_addresses_people_by_number() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let asked = json!({ "subject": "Old", "participants": [ANN, BEN], "addressing": "pn" });
    let made = network.tell(CHLOE, "groups", asked).await;
    let old = made["chatId"].as_str().unwrap();

    let message = json!({ "kind": "text", "text": "hello" });
    let id = network.phone_sends(CHLOE, old, message).await;
    let (info, _) = ann.message(&id).await;
    assert_eq!(info.source.sender.user, CHLOE);
    let id = ann.posts(old, "hello too").await;
    assert_eq!(network.phone_holds(BEN, &id).await["text"], "hello too");
}

#[tokio::test]
async fn a_message_in_a_group_is_read_answered_and_taken_back() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let friends = group(&network, CHLOE, &[ANN]).await;
    let id = ann.posts(&friends, "hello").await;
    network.phone_holds(CHLOE, &id).await;

    network.tell(CHLOE, "read", json!({ "chatId": friends })).await;
    let reader = ann.receipt(&id, ReceiptType::Read).await;
    assert!(reader.is_lid());
    let reaction = json!({ "kind": "reaction", "targetId": id, "text": "👍" });
    let reacted = network.phone_sends(CHLOE, &friends, reaction).await;
    let (_, message) = ann.message(&reacted).await;
    let about = message.reaction_message.as_option().unwrap();
    assert_eq!(about.key.id.as_deref(), Some(&*id));
}

#[tokio::test]
async fn whoever_cannot_read_a_message_in_a_group_gets_it_again() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    let friends = group(&network, CHLOE, &[ANN, BEN]).await;
    ben.in_new_group().await;
    let spoil = async |phone: &str, fault: &str, value: Value| {
        let faults = json!({ "phone": phone, fault: value });
        assert_eq!(network.call("POST", "/sandbox/faults", faults).await.0, StatusCode::OK);
    };
    ann.posts(&friends, "for a start").await;

    // A client of a phone.
    spoil(ANN, "undecryptable", json!(1)).await;
    let id = network.phone_sends(CHLOE, &friends, json!({ "kind": "text", "text": "one" })).await;
    assert_eq!(ann.gets(&id).await, "one");
    assert_eq!(ben.gets(&id).await, "one");
    // A client of a client.
    spoil(BEN, "undecryptable", json!(1)).await;
    let id = ann.posts(&friends, "two").await;
    assert_eq!(ben.gets(&id).await, "two");
    // A phone, which has lost all keys, of a client.
    spoil(CHLOE, "forgetSessions", json!(true)).await;
    let id = ann.posts(&friends, "three").await;
    assert_eq!(network.phone_holds(CHLOE, &id).await["text"], "three");
    let id = ann.posts(&friends, "four").await;
    assert_eq!(network.phone_holds(CHLOE, &id).await["text"], "four");
    // The phone itself is understood as before.
    let id = network.phone_sends(CHLOE, &friends, json!({ "kind": "text", "text": "five" })).await;
    assert_eq!(ann.gets(&id).await, "five");
}

#[tokio::test]
async fn an_ack_tells_of_the_devices_only_when_devices_were_missed() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let _ben = network.linked_client(BEN).await;
    let friends = group(&network, CHLOE, &[ANN, BEN]).await;
    for id in ["3EB0A1", "3EB0A2"] {
        let ack = ann.client.wait_for_node(NodeFilter::tag("ack").attr("id", id));
        let options = SendOptions::default().with_message_id(id.to_owned());
        let hello = text("hello");
        ann.client.send_message_with_options(jid(&friends), hello, options).await.unwrap();
        let ack = ack.await.unwrap();
        assert!(ack.get().get_attr("phash").is_none(), "{id}");
        assert!(ack.get().get_attr("error").is_none(), "{id}");
    }
}

#[tokio::test]
async fn members_see_who_is_writing() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let friends = group(&network, CHLOE, &[ANN]).await;
    network.tell(CHLOE, "typing", json!({ "chatId": friends, "typing": true })).await;
    let writer = ann.eventually("somebody writing", |event| match event {
        Event::ChatPresence(presence) if presence.source.chat == jid(&friends) => {
            Some(presence.source.sender.clone())
        }
        _ => None,
    });
    assert!(writer.await.is_lid());

    ann.client.chatstate().send_composing(&jid(&friends)).await.unwrap();
    // What comes after it on the same connection arrives after it.
    let id = ann.posts(&friends, "done").await;
    network.phone_holds(CHLOE, &id).await;
    let chats = network.ask(CHLOE, "chats").await;
    let shown = chats.as_array().unwrap().iter().find(|chat| chat["chatId"] == friends);
    assert_eq!(shown.unwrap()["typingSeen"], 1, "{chats}");
}

#[tokio::test]
async fn calls_about_groups_are_refused_in_words() {
    let network = Network::start().await;
    let friends = group(&network, CHLOE, &[ANN]).await;
    let chloe = |call: &str| format!("/sandbox/phones/{CHLOE}/groups/{friends}/{call}");
    let ann = |call: &str| format!("/sandbox/phones/{ANN}/groups/{friends}/{call}");
    let cases = [
        (chloe("subject"), json!({ "subject": "" }), 400),
        (chloe("participants"), json!({ "add": ["15559999999"] }), 404),
        (ann("announce"), json!({ "announce": true }), 409),
        (ann("participants"), json!({ "remove": [CHLOE] }), 409),
        (format!("/sandbox/phones/{BEN}/groups/{friends}/leave"), json!({}), 409),
        (format!("/sandbox/phones/{BEN}/groups/1@g.us/leave"), json!({}), 404),
        (format!("/sandbox/phones/{BEN}/groups/join"), json!({ "code": "stale" }), 404),
        (format!("/sandbox/phones/{BEN}/groups"), json!({ "subject": "x", "more": 1 }), 400),
    ];
    for (path, body, expected) in cases {
        let (status, answer) = network.call("POST", &path, body).await;
        assert_eq!(status.as_u16(), expected, "{path}: {answer}");
        assert!(answer["hint"].is_string(), "{path}: {answer}");
    }
    let (_, answer) = network.call("POST", &chloe("participants"), json!({ "add": [ANN] })).await;
    assert_eq!(answer["refused"][0]["error"], 409);
    assert_ne!(answer["participants"], Value::Null);
}
