//! Linking a device by pairing code, beside the QR on the same socket.

use siskin_simulator::{Faults, RefusalKind};
use wacore::types::events::Event;

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

#[tokio::test]
async fn a_client_links_by_pairing_code() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    client.qr().await;
    let code = client.pairing_code(ANN).await;

    let jid = network.sim.enter_pairing_code(ANN, &code).await.unwrap();
    client.connected().await;

    assert_eq!(client.client.pn().unwrap().to_string(), jid);
    assert_eq!(network.linked(ANN).await.len(), 1);
}

#[tokio::test]
async fn a_code_is_read_with_dash_and_in_lower_case() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    client.qr().await;
    let code = client.pairing_code(ANN).await.to_lowercase();
    let dashed = format!("{}-{}", &code[..4], &code[4..]);

    network.sim.enter_pairing_code(ANN, &dashed).await.unwrap();
    client.connected().await;
}

#[tokio::test]
async fn the_qr_links_beside_a_code_that_is_shown() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let qr = client.qr().await;
    let code = client.pairing_code(BEN).await;

    network.sim.scan(ANN, &qr).await.unwrap();
    client.connected().await;

    let refusal = network.sim.enter_pairing_code(BEN, &code).await.unwrap_err();
    assert_eq!(refusal.error, "No device waits for a code on this number.");
    assert_eq!(network.linked(BEN).await, []);
}

#[tokio::test]
async fn the_code_links_beside_a_qr_and_ends_it() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let qr = client.qr().await;
    let code = client.pairing_code(ANN).await;

    network.sim.enter_pairing_code(ANN, &code).await.unwrap();

    let refusal = network.sim.scan(BEN, &qr).await.unwrap_err();
    assert_eq!(refusal.error, "This code has expired or was already used.");
    client.connected().await;
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_leaves_the_right_one() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    client.qr().await;
    let code = client.pairing_code(ANN).await;

    let refusal = network.sim.enter_pairing_code(ANN, "WRNGC0DE").await.unwrap_err();

    assert_eq!(refusal.error, "This pairing code is wrong.");
    network.sim.enter_pairing_code(ANN, &code).await.unwrap();
    client.connected().await;
}

#[tokio::test]
async fn a_code_can_be_typed_three_times() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    client.qr().await;
    let code = client.pairing_code(ANN).await;
    for _ in 0..3 {
        network.sim.enter_pairing_code(ANN, "WRNGC0DE").await.unwrap_err();
    }

    let refusal = network.sim.enter_pairing_code(ANN, &code).await.unwrap_err();

    assert_eq!(refusal.error, "This pairing code was typed too often.");
}

#[tokio::test]
async fn a_code_is_for_one_phone() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    client.qr().await;
    let code = client.pairing_code(ANN).await;

    let refusal = network.sim.enter_pairing_code(BEN, &code).await.unwrap_err();

    assert_eq!(refusal.kind, RefusalKind::Conflict);
    assert_eq!(network.linked(BEN).await, []);
}

#[tokio::test]
async fn what_is_not_a_code_is_refused() {
    let network = Network::start().await;
    for text in ["", "ABC", "ABCD-12345", "ÄBCD1234"] {
        let refusal = network.sim.enter_pairing_code(ANN, text).await.unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Invalid, "{text:?}");
    }
}

#[tokio::test]
async fn a_passkey_is_demanded_when_the_code_is_typed() {
    let network = Network::start().await;
    let demand = Faults { phone: Some(ANN.to_owned()), passkey: Some(true), ..Faults::default() };
    network.sim.inject(demand).await.unwrap();
    let client = Client::new(network.address).await;
    client.qr().await;
    let code = client.pairing_code(ANN).await;

    network.sim.enter_pairing_code(ANN, &code).await.unwrap_err();

    client
        .event("PairPasskeyRequest", |event| {
            matches!(event, Event::PairPasskeyRequest(_)).then_some(())
        })
        .await;
}
