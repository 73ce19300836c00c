//! Many messages at once. What this asserts is that none is lost or out of order; how fast
//! it goes is printed.

use std::time::Instant;

use serde_json::json;
use wacore::types::presence::ReceiptType;

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

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_and_phones_write_to_each_other_at_once() {
    const LINKS: usize = 12;
    const ROUNDS: usize = 20;
    let folder = tempfile::tempdir().unwrap();
    let network = Network::with_phones(folder.path(), LINKS).await;
    let number = |index: usize| format!("155501000{:02}", index % LINKS + 1);
    let linking = (0..LINKS).map(|index| {
        let (network, phone) = (&network, number(index));
        async move { network.linked_client(&phone).await }
    });
    let clients = futures::future::join_all(linking).await;
    let started = Instant::now();
    let writing = clients.iter().enumerate().map(|(index, client)| {
        let (network, me, next) = (&network, number(index), number(index + 1));
        let neighbour = &clients[(index + 1) % LINKS];
        async move {
            for round in 0..ROUNDS {
                let by_client = client.writes(&next, &format!("client {round}")).await;
                let message = json!({"kind": "text", "text": format!("phone {round}")});
                let by_phone = network.phone_sends(&me, &next, message).await;
                neighbour.message(&by_client).await;
                neighbour.message(&by_phone).await;
                network.phone_holds(&next, &by_client).await;
                network.phone_holds_with(&me, &by_phone, "delivered").await;
                client.receipt(&by_client, ReceiptType::Delivered).await;
            }
        }
    });
    futures::future::join_all(writing).await;
    println!("{LINKS} links, {ROUNDS} rounds in {:?}", started.elapsed());
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}
