//! Linking a device by QR.

use siskin_simulator::{Faults, NewPhone, RefusalKind};
use wacore::types::events::Event;

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

#[tokio::test]
async fn a_client_links_by_qr_and_logs_in() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;

    let jid = network.sim.scan(ANN, &client.qr().await).await.unwrap();
    client.connected().await;

    assert_eq!(jid, format!("{ANN}:1@s.whatsapp.net"));
    assert_eq!(client.client.pn().unwrap().to_string(), jid);
    let linked = network.linked(ANN).await;
    assert_eq!(linked.len(), 1);
    assert!(linked[0].connected);
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}

#[tokio::test]
async fn the_qr_may_come_as_a_link() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let link = format!("https://wa.me/settings/linked_devices#{}", client.qr().await);

    network.sim.scan(ANN, &link).await.unwrap();
    client.connected().await;
}

#[tokio::test]
async fn a_linked_client_learns_the_name_of_its_phone() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    network.sim.scan(ANN, &client.qr().await).await.unwrap();

    let name = client.event("SelfPushNameUpdated", |event| match event {
        Event::SelfPushNameUpdated(update) => Some(update.new_name.clone()),
        _ => None,
    });
    assert_eq!(name.await, "Ann");
}

#[tokio::test]
async fn a_business_account_says_so() {
    let network = Network::start().await;
    let bakery = network
        .sim
        .create_phone(NewPhone {
            name: Some("Bakery".to_owned()),
            business: true,
            ..NewPhone::default()
        })
        .await
        .unwrap();
    let client = Client::new(network.address).await;
    network.sim.scan(&bakery.phone, &client.qr().await).await.unwrap();

    let success = client.event("PairSuccess", |event| match event {
        Event::PairSuccess(success) => {
            Some((success.platform.clone(), success.business_name.clone()))
        }
        _ => None,
    });
    assert_eq!(success.await, ("smba".to_owned(), "Bakery".to_owned()));
    client.connected().await;
}

#[tokio::test]
async fn a_code_links_once() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let qr = client.qr().await;
    network.sim.scan(ANN, &qr).await.unwrap();

    let refusal = network.sim.scan(BEN, &qr).await.unwrap_err();

    assert_eq!(refusal.kind, RefusalKind::Conflict);
    assert_eq!(refusal.error, "This code has expired or was already used.");
    client.connected().await;
    assert_eq!(network.linked(BEN).await, []);
}

#[tokio::test]
async fn a_code_dies_with_its_socket() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let qr = client.qr().await;
    client.client.disconnect().await;
    network.sockets_settle_at(0).await;

    let refusal = network.sim.scan(ANN, &qr).await.unwrap_err();

    assert_eq!(refusal.error, "This code has expired or was already used.");
}

#[tokio::test]
async fn a_code_with_the_keys_of_another_device_is_refused() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let other = Client::new(network.address).await;
    let (qr, other_qr) = (client.qr().await, other.qr().await);
    let reference = qr.split_once(',').unwrap().0;
    let keys = other_qr.split_once(',').unwrap().1;

    let mixed = network.sim.scan(ANN, &format!("{reference},{keys}")).await;

    assert_eq!(mixed.unwrap_err().kind, RefusalKind::Conflict);
    network.sim.scan(ANN, &qr).await.unwrap();
    client.connected().await;
}

#[tokio::test]
async fn an_offline_phone_links_nothing_and_its_devices_stay() {
    let network = Network::start().await;
    let linked = network.linked_client(ANN).await;
    network.sim.set_online(ANN, false).await.unwrap();
    let client = Client::new(network.address).await;
    let qr = client.qr().await;

    let refusal = network.sim.scan(ANN, &qr).await.unwrap_err();

    assert_eq!(refusal.error, format!("The phone {ANN} is offline."));
    assert!(linked.client.is_connected());
    network.sim.set_online(ANN, true).await.unwrap();
    network.sim.scan(ANN, &qr).await.unwrap();
    client.connected().await;
}

#[tokio::test]
async fn a_fifth_device_is_refused() {
    let network = Network::start().await;
    for _ in 0..4 {
        network.linked_client(ANN).await;
    }
    let fifth = Client::new(network.address).await;

    let refusal = network.sim.scan(ANN, &fifth.qr().await).await.unwrap_err();

    assert_eq!(refusal.error, format!("{ANN} has 4 linked devices already."));
}

#[tokio::test]
async fn a_passkey_is_demanded_of_the_device() {
    let network = Network::start().await;
    let passkey =
        |on| Faults { phone: Some(ANN.to_owned()), passkey: Some(on), ..Faults::default() };
    network.sim.inject(passkey(true)).await.unwrap();
    let client = Client::new(network.address).await;
    let qr = client.qr().await;

    let refusal = network.sim.scan(ANN, &qr).await.unwrap_err();

    assert_eq!(refusal.kind, RefusalKind::Conflict);
    let options = client.event("PairPasskeyRequest", |event| match event {
        Event::PairPasskeyRequest(request) => Some(request.request_options_json.clone()),
        _ => None,
    });
    let request = whatsapp_rust::passkey::parse_request_options(&options.await).unwrap();
    assert_eq!(request.rp_id.as_deref(), Some("web.whatsapp.com"));

    network.sim.inject(passkey(false)).await.unwrap();
    network.sim.scan(ANN, &qr).await.unwrap();
    client.connected().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_clients_link_at_once() {
    const COUNT: usize = 100;
    let folder = tempfile::tempdir().unwrap();
    let network = Network::with_phones(folder.path(), COUNT).await;
    let phones = network.sim.phones().await;
    let linking = phones.iter().map(|phone| network.linked_client(&phone.phone));

    let clients = futures::future::join_all(linking).await;

    assert!(clients.iter().all(|client| client.client.is_logged_in()));
    network.sockets_settle_at(COUNT).await;
    let status = network.sim.status().await;
    assert_eq!(status.devices_linked, COUNT);
    assert_eq!(status.unknown_stanzas, [].into());
}
