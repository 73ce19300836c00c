//! Many messages at once. What this asserts is that none is lost or out of order; how fast
//! it goes is printed.

use std::time::Instant;

use serde_json::json;

use crate::direct::text;
use crate::network::{ANN, BEN, Network};

const MESSAGES: usize = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_a_client_reaches_a_phone_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let ann = network.linked_client(ANN).await;
    let greeting = ann.writes(BEN, "hi").await;
    network.phone_holds(BEN, &greeting).await;
    let started = Instant::now();
    let mut last = String::new();
    for number in 0..MESSAGES {
        let to = wacore_binary::Jid::pn(BEN);
        let sent = ann.client.send_message(to, text(&number.to_string())).await.unwrap();
        last = sent.message_id;
    }
    let sent = started.elapsed();
    network.phone_holds(BEN, &last).await;
    println!("{MESSAGES} sent in {sent:?}, shown in {:?}", started.elapsed());

    let rows = network.ask(BEN, "messages?after=1").await;
    let texts: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["text"].clone()).collect();
    let expected: Vec<_> = (0..MESSAGES).map(|number| json!(number.to_string())).collect();
    assert_eq!(texts, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_a_phone_reaches_a_client_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let ann = network.linked_client(ANN).await;
    let started = Instant::now();
    let mut ids = Vec::new();
    for number in 0..MESSAGES {
        let message = json!({"kind": "text", "text": number.to_string()});
        ids.push(network.phone_sends(BEN, ANN, message).await);
    }
    let sent = started.elapsed();
    ann.message(&ids[MESSAGES - 1]).await;
    network.phone_holds_with(BEN, &ids[MESSAGES - 1], "delivered").await;
    println!("{MESSAGES} sent in {sent:?}, delivered in {:?}", started.elapsed());

    let got = ann
        .happened(|event| {
            let batch = event.as_messages()?;
            Some(batch.messages.iter().map(|m| m.info.id.clone()).collect::<Vec<_>>())
        })
        .await;
    let got: Vec<String> = got.into_iter().flatten().filter(|id| ids.contains(id)).collect();
    assert_eq!(got, ids);
}
