//! Messages that cannot be read at first, and what the network breaks on purpose.

use serde_json::{Value, json};
use wacore::types::events::Event;
use wacore::types::presence::ReceiptType;

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

impl Network {
    /// Breaks something about one phone.
    async fn breaks(&self, phone: &str, mut fault: Value) {
        fault["phone"] = json!(phone);
        let (status, answer) = self.call("POST", "/sandbox/faults", fault.clone()).await;
        assert_eq!(status, 200, "{fault}: {answer}");
    }
}

async fn is_undecryptable(client: &Client, id: &str) -> bool {
    client
        .eventually(&format!("UndecryptableMessage {id}"), |event| match event {
            Event::UndecryptableMessage(message) if message.info.id == id => {
                Some(message.is_unavailable)
            }
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_client_that_cannot_read_a_phone_gets_the_message_again() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    // The second one is spoiled again when it is sent again.
    for (text, spoiled) in [("first", 1), ("second", 2), ("third", 0)] {
        network.breaks(ANN, json!({"undecryptable": spoiled})).await;
        let id = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": text})).await;

        if spoiled > 0 {
            assert!(!is_undecryptable(&ann, &id).await);
        }
        assert_eq!(ann.message(&id).await.1.conversation.as_deref(), Some(text));
        network.phone_holds_with(BEN, &id, "delivered").await;
    }
}

#[tokio::test]
async fn a_client_that_cannot_read_a_client_gets_the_message_again() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    let greeting = ann.writes(BEN, "hi").await;
    ben.message(&greeting).await;
    network.breaks(BEN, json!({"undecryptable": 1})).await;

    let id = ann.writes(BEN, "again please").await;

    assert!(!is_undecryptable(&ben, &id).await);
    assert_eq!(ben.message(&id).await.1.conversation.as_deref(), Some("again please"));
    let answer = ben.writes(ANN, "got it").await;
    assert_eq!(ann.message(&answer).await.1.conversation.as_deref(), Some("got it"));
}

#[tokio::test]
async fn a_phone_that_has_lost_its_sessions_asks_again() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let greeting = ann.writes(BEN, "hi").await;
    ann.receipt(&greeting, ReceiptType::Delivered).await;
    network.breaks(BEN, json!({"forgetSessions": true})).await;

    let id = ann.writes(BEN, "do you still know me?").await;

    assert_eq!(network.phone_holds(BEN, &id).await["text"], "do you still know me?");
    ann.receipt(&id, ReceiptType::Delivered).await;
    let answer = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "yes"})).await;
    assert_eq!(ann.message(&answer).await.1.conversation.as_deref(), Some("yes"));
}

#[tokio::test]
async fn a_message_without_content_is_had_from_ones_own_phone() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    network.breaks(ANN, json!({"unavailable": 1})).await;

    let id = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "secret"})).await;

    assert!(is_undecryptable(&ann, &id).await);
    assert_eq!(ann.message(&id).await.1.conversation.as_deref(), Some("secret"));
}

#[tokio::test]
async fn a_message_that_comes_twice_is_shown_once() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    network.breaks(ANN, json!({"duplicate": 1})).await;

    let twice = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "twice"})).await;
    let once = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "once"})).await;

    ann.message(&twice).await;
    ann.message(&once).await;
    let held = network.ask(ANN, "messages").await;
    assert_eq!(held.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_server_refuses_messages_or_says_nothing() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    network.breaks(ANN, json!({"refuseMessages": {"code": 463, "times": 1}})).await;
    let refused = ann.writes(BEN, "refused").await;
    assert_eq!(ann.acknowledged(&refused).await.as_deref(), Some("463"));

    network.breaks(ANN, json!({"withholdAcks": 1})).await;
    let silent = ann.writes(BEN, "silence").await;
    ann.receipt(&silent, ReceiptType::Delivered).await;
    let last = ann.writes(BEN, "last").await;
    assert_eq!(ann.acknowledged(&last).await, None);

    let acks = ann.happened(|event| match event {
        Event::ServerAck(ack) if ack.class.as_deref() == Some("message") => Some(ack.id.clone()),
        _ => None,
    });
    assert_eq!(acks.await, [refused, last]);
    let texts = network.ask(BEN, "messages").await;
    assert_eq!((&texts[0]["text"], &texts[1]["text"]), (&json!("silence"), &json!("last")));
}

#[tokio::test]
async fn a_client_learns_of_a_device_that_was_linked_behind_its_back() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let first = ann.writes(BEN, "to one device").await;
    ann.receipt(&first, ReceiptType::Delivered).await;

    let ben = network.linked_client(BEN).await;
    network.breaks(BEN, json!({"ghostDevice": true})).await;
    let second = ann.writes(BEN, "to three devices").await;

    assert_eq!(ben.message(&second).await.1.conversation.as_deref(), Some("to three devices"));
    assert_eq!(network.linked(BEN).await.len(), 2);
    network.breaks(BEN, json!({"ghostDevice": false})).await;
    assert_eq!(network.linked(BEN).await.len(), 1);
    let third = ann.writes(BEN, "to two devices").await;
    ben.message(&third).await;
}

#[tokio::test]
async fn a_stranger_cannot_pretend_to_be_ones_own_phone() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    for kind in ["historySync", "appStateKeyShare", "deviceSent"] {
        network.breaks(ANN, json!({"spoof": {"by": BEN, "kind": kind}})).await;
    }
    let last = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "last"})).await;
    ann.message(&last).await;
    network.phone_holds(ANN, &last).await;

    let rows = network.ask(ANN, "messages?fromMe=true").await;
    assert_eq!(rows, json!([]), "the phone believed a stranger");
}
