//! Messages between two people, with all of their devices.

use std::sync::Arc;

use serde_json::json;
use wacore::types::events::Event;
use wacore::types::message::MessageInfo;
use wacore::types::presence::ReceiptType;
use wacore_binary::Jid;
use waproto::whatsapp as wa;

use crate::client::Client;
use crate::network::{ANN, BEN, CHLOE, Network};

/// A plain text.
pub fn text(text: &str) -> wa::Message {
    wa::Message { conversation: Some(text.to_owned()), ..Default::default() }
}

impl Client {
    /// Sends a text; gives its id.
    pub async fn writes(&self, to: &str, body: &str) -> String {
        self.client.send_message(Jid::pn(to), text(body)).await.unwrap().message_id
    }

    /// Waits for the server's ack of a message; gives its error.
    pub async fn acknowledged(&self, id: &str) -> Option<String> {
        self.eventually(&format!("ack of {id}"), |event| match event {
            Event::ServerAck(ack) if ack.id == id => Some(ack.error.clone()),
            _ => None,
        })
        .await
    }

    /// Waits for a receipt of a kind for a message; gives whose it is.
    pub async fn receipt(&self, id: &str, kind: ReceiptType) -> Jid {
        self.eventually(&format!("{kind:?} receipt for {id}"), |event| match event {
            Event::Receipt(receipt) if receipt.r#type == kind => {
                let named = receipt.message_ids.iter().any(|other| other == id);
                named.then(|| receipt.source.sender.clone())
            }
            _ => None,
        })
        .await
    }

    /// Waits for the message `id`; gives what stands on it and in it.
    pub async fn message(&self, id: &str) -> (Arc<MessageInfo>, Arc<wa::Message>) {
        self.eventually(&format!("message {id}"), |event| {
            let batch = event.as_messages()?;
            let found = batch.messages.iter().find(|message| message.info.id == id)?;
            Some((found.info.clone(), found.message.clone()))
        })
        .await
    }
}

#[tokio::test]
async fn a_client_and_a_phone_write_to_each_other() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;

    let id = ann.writes(BEN, "hello Ben").await;

    assert_eq!(ann.acknowledged(&id).await, None);
    let shown = network.phone_holds(BEN, &id).await;
    assert_eq!(shown["kind"], "text");
    assert_eq!(shown["text"], "hello Ben");
    assert_eq!(shown["chatId"], format!("{ANN}@c.us"));
    assert_eq!(shown["from"], format!("{ANN}@c.us"));
    assert_eq!(shown["fromMe"], false);
    assert_eq!(shown["senderName"], "Ann");
    assert_eq!(shown["status"], "received");
    ann.receipt(&id, ReceiptType::Delivered).await;

    let answer = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "hello Ann"})).await;
    let (info, body) = ann.message(&answer).await;
    assert_eq!(body.conversation.as_deref(), Some("hello Ann"));
    assert_eq!(info.push_name, "Ben");
    assert!(!info.source.is_from_me);
    network.phone_holds_with(BEN, &answer, "delivered").await;
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}

#[tokio::test]
async fn two_clients_write_to_each_other_and_their_phones_look_on() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;

    for round in 0..3 {
        let id = ann.writes(BEN, &format!("question {round}")).await;
        assert_eq!(ben.message(&id).await.1.conversation, Some(format!("question {round}")));
        let id = ben.writes(ANN, &format!("answer {round}")).await;
        assert_eq!(ann.message(&id).await.1.conversation, Some(format!("answer {round}")));
    }

    for (phone, other) in [(ANN, BEN), (BEN, ANN)] {
        let rows = network.ask(phone, &format!("messages?chatId={other}@c.us")).await;
        let texts: Vec<_> = rows.as_array().unwrap().iter().map(|row| &row["text"]).collect();
        assert_eq!(
            texts,
            ["question 0", "answer 0", "question 1", "answer 1", "question 2", "answer 2"]
        );
    }
    let asked = network.ask(ANN, &format!("messages?chatId={BEN}&fromMe=true")).await;
    assert_eq!(asked.as_array().unwrap().len(), 3);
    assert_eq!(asked[0]["from"], format!("{ANN}@c.us"));
}

#[tokio::test]
async fn a_linked_client_sees_what_its_phone_and_its_other_clients_write() {
    let network = Network::start().await;
    let first = network.linked_client(ANN).await;
    let second = network.linked_client(ANN).await;

    let by_phone = network.phone_sends(ANN, BEN, json!({"kind": "text", "text": "one"})).await;
    let by_first = first.writes(BEN, "two").await;

    for id in [&by_phone, &by_first] {
        let (info, _) = second.message(id).await;
        assert!(info.source.is_from_me);
        assert_eq!(info.source.chat.user, network.lid(BEN).await);
        second.receipt(id, ReceiptType::Delivered).await;
    }
    let (info, body) = first.message(&by_phone).await;
    assert!(info.source.is_from_me);
    assert_eq!(body.conversation.as_deref(), Some("one"));
    assert_eq!(network.phone_holds(ANN, &by_first).await["text"], "two");
}

#[tokio::test]
async fn people_are_addressed_by_lid_or_by_number() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    for addressing in ["lid", "pn"] {
        let message = json!({"kind": "text", "text": "hello", "addressing": addressing});
        let id = network.phone_sends(BEN, ANN, message).await;

        let (info, _) = ann.message(&id).await;
        let (sender, other) = (&info.source.sender, info.source.sender_alt.as_ref().unwrap());
        let (lid, number) = if addressing == "lid" { (sender, other) } else { (other, sender) };
        assert!(lid.is_lid() && number.is_pn(), "{addressing}: {sender} {other}");
        assert_eq!((lid.user.as_str(), number.user.as_str()), (&*network.lid(BEN).await, BEN));
    }
}

#[tokio::test]
async fn a_phone_can_hide_its_number() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let (_, shy) =
        network.call("POST", "/sandbox/phones", json!({"name": "Shy", "lidOnly": true})).await;
    let (number, lid) = (shy["phone"].as_str().unwrap(), shy["lid"].as_str().unwrap());

    let id = network.phone_sends(number, ANN, json!({"kind": "text", "text": "guess who"})).await;

    let (info, _) = ann.message(&id).await;
    assert_eq!(info.source.sender.to_string(), lid);
    assert_eq!(info.source.sender_alt, None);
    assert_eq!(network.phone_holds(ANN, &id).await["chatId"], lid);
    let answer = ann.client.send_message(lid.parse::<Jid>().unwrap(), text("who?")).await.unwrap();
    let shown = network.phone_holds(number, &answer.message_id).await;
    assert_eq!(shown["text"], "who?");
    ann.receipt(&answer.message_id, ReceiptType::Delivered).await;
}

#[tokio::test]
async fn a_message_to_nobody_is_refused_by_the_server() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;

    let id = ann.writes("15559999999", "anybody there?").await;

    assert_eq!(ann.acknowledged(&id).await.as_deref(), Some("404"));
    let contacts = ann.client.contacts().is_on_whatsapp(&[Jid::pn("15559999999")]).await.unwrap();
    assert!(contacts.iter().all(|contact| !contact.is_registered), "{contacts:?}");
}

#[tokio::test]
async fn an_alias_leads_to_the_account_and_is_nobodys_address() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let (account, alias) = ("551187654321", "5511987654321");
    let new = json!({"phone": account, "aliases": [alias]});
    network.call("POST", "/sandbox/phones", new.clone()).await;

    let found = ann.client.contacts().is_on_whatsapp(&[Jid::pn(alias)]).await.unwrap();
    assert!(found[0].is_registered);
    assert_eq!(found[0].jid, Jid::pn(account));
    let id = ann.writes(alias, "anybody there?").await;
    assert_eq!(ann.acknowledged(&id).await.as_deref(), Some("404"));
    let devices = ann.client.signal().get_user_devices(&[Jid::pn(alias)]).await.unwrap();
    assert!(devices.is_empty(), "{devices:?}");
    // Nobody else gets the number.
    for body in [json!({"phone": alias}), json!({"aliases": [alias]}), json!({"aliases": [ANN]})] {
        let (status, _) = network.call("POST", "/sandbox/phones", body).await;
        assert_eq!(status, 409);
    }
}

#[tokio::test]
async fn what_comes_while_a_phone_is_off_the_network_waits_in_order() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    network.tell(BEN, "online", json!({"online": false})).await;
    let mut ids = Vec::new();
    for number in 0..200 {
        ids.push(ann.writes(BEN, &format!("{number}")).await);
    }
    ann.acknowledged(&ids[199]).await;
    assert_eq!(network.ask(BEN, "messages").await, json!([]));
    let refused = json!({"chatId": ANN, "kind": "text", "text": "no network"});
    let (status, _) =
        network.call("POST", &format!("/sandbox/phones/{BEN}/messages"), refused).await;
    assert_eq!(status, 409);

    network.tell(BEN, "online", json!({"online": true})).await;

    let rows = network.ask(BEN, "messages").await;
    let texts: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["text"].clone()).collect();
    assert_eq!(texts, (0..200).map(|number| json!(number.to_string())).collect::<Vec<_>>());
    ann.receipt(&ids[199], ReceiptType::Delivered).await;
}

#[tokio::test]
async fn what_comes_while_a_client_is_away_waits_in_order_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let ann = network.linked_client(ANN).await;
    ann.push_name_is("Ann").await;
    ann.client.disconnect().await;
    network.sockets_settle_at(0).await;
    let mut ids = Vec::new();
    for number in 0..50 {
        let message = json!({"kind": "text", "text": number.to_string()});
        let phone = if number % 2 == 0 { BEN } else { CHLOE };
        ids.push(network.phone_sends(phone, ANN, message).await);
    }
    network.stop().await;

    let network = Network::in_folder(folder.path()).await;
    let ann = ann.again_at(network.address).await;

    for (number, id) in ids.iter().enumerate() {
        let (info, body) = ann.message(id).await;
        assert_eq!(body.conversation, Some(number.to_string()));
        assert!(info.is_offline);
    }
    let held = network.ask(ANN, "messages").await;
    assert_eq!(held.as_array().unwrap().len(), 50);
    let late = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "late"})).await;
    assert_eq!(ann.message(&late).await.1.conversation.as_deref(), Some("late"));
    network.phone_holds_with(BEN, &late, "delivered").await;
}
