//! What becomes of a message, as the two sides see it.

use serde_json::json;
use wacore::types::presence::ReceiptType;
use wacore_binary::Jid;

use crate::network::{ANN, BEN, Network};

#[tokio::test]
async fn a_phone_that_reads_and_plays_says_so_to_all_devices_of_the_sender() {
    let network = Network::start().await;
    let first = network.linked_client(ANN).await;
    let second = network.linked_client(ANN).await;
    let one = first.writes(BEN, "one").await;
    let two = first.writes(BEN, "two").await;
    network.phone_holds(BEN, &two).await;

    let read = network.tell(BEN, "read", json!({"chatId": ANN})).await;
    network.tell(BEN, "played", json!({"chatId": ANN, "id": two})).await;

    assert_eq!(read, json!({"read": [one, two]}));
    for client in [&first, &second] {
        for id in [&one, &two] {
            client.receipt(id, ReceiptType::Read).await;
        }
        client.receipt(&two, ReceiptType::Played).await;
    }
    assert_eq!(network.phone_holds_with(ANN, &one, "read").await["status"], "read");
    assert_eq!(network.phone_holds_with(ANN, &two, "played").await["status"], "played");
    assert_eq!(network.phone_holds(BEN, &one).await["status"], "read");
    let again = network.tell(BEN, "read", json!({"chatId": ANN})).await;
    assert_eq!(again, json!({"read": []}));
}

#[tokio::test]
async fn a_client_that_reads_says_so_to_the_sender_and_to_its_own_phone() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let id = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "read me"})).await;
    let (info, _) = ann.message(&id).await;

    ann.client.mark_as_read(&info.source.chat, None, &[id.as_str()]).await.unwrap();

    network.phone_holds_with(BEN, &id, "read").await;
    assert_eq!(network.phone_holds_with(ANN, &id, "read").await["fromMe"], false);
}

#[tokio::test]
async fn a_phone_reads_up_to_a_message() {
    let network = Network::start().await;
    for text in ["one", "two", "three"] {
        network.phone_sends(BEN, ANN, json!({"kind": "text", "text": text})).await;
    }
    let rows = network.ask(ANN, "messages").await;
    let chats = network.ask(ANN, "chats").await;
    assert_eq!(chats[0]["chatId"], format!("{BEN}@c.us"));
    assert_eq!(chats[0]["unread"], 3);

    let answer = network.tell(ANN, "read", json!({"chatId": BEN, "id": rows[1]["id"]})).await;

    assert_eq!(answer["read"], json!([rows[0]["id"], rows[1]["id"]]));
    assert_eq!(network.ask(ANN, "chats").await[0]["unread"], 1);
}

#[tokio::test]
async fn one_receipt_names_many_messages() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let mut ids = Vec::new();
    for number in 0..300 {
        let message = json!({"kind": "text", "text": number.to_string()});
        ids.push(network.phone_sends(BEN, ANN, message).await);
    }
    ann.message(&ids[299]).await;
    let chat: Jid = format!("{}@lid", network.lid(BEN).await).parse().unwrap();

    let named: Vec<&str> = ids.iter().map(String::as_str).collect();
    ann.client.mark_as_read(&chat, None, &named).await.unwrap();

    for id in &ids {
        network.phone_holds_with(BEN, id, "read").await;
    }
}
