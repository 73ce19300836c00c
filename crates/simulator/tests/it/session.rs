//! The life of a linked device: coming back, logging out, being unlinked and replaced.

use wacore::request::InfoQuery;
use wacore::types::events::{ConnectFailureReason, Event};
use wacore_binary::{Jid, Server};
use whatsapp_rust::request::IqError;

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

#[tokio::test]
async fn a_client_comes_back_by_resuming() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;
    let before = network.sim.status().await.handshakes;

    client.client.reconnect_immediately().await;
    client.connected().await;

    let after = network.sim.status().await.handshakes;
    assert_eq!(after.full, before.full);
    assert_eq!(after.resumed, before.resumed + 1);
    assert_eq!(network.linked(ANN).await.len(), 1);
}

#[tokio::test]
async fn a_client_that_resumes_with_a_foreign_key_is_told_ours() {
    let (home, abroad) = (Network::start().await, Network::start().await);
    let client = home.linked_client(ANN).await;

    let client = client.again_at(abroad.address).await;

    assert_eq!(client.logged_out().await, ConnectFailureReason::LoggedOut);
    assert_eq!(abroad.sim.status().await.handshakes.fallen_back, 1);
}

#[tokio::test]
async fn a_client_logs_out() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;

    client.client.logout().await;

    assert_eq!(network.linked(ANN).await, []);
    let again = Client::with_backend(network.address, client.backend).await;
    assert_eq!(again.logged_out().await, ConnectFailureReason::LoggedOut);
}

#[tokio::test]
async fn a_phone_unlinks_a_connected_device() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;

    assert_eq!(network.sim.unlink(ANN, None).await.unwrap(), 1);

    assert_eq!(client.logged_out().await, ConnectFailureReason::LoggedOut);
    assert_eq!(network.linked(ANN).await, []);
}

#[tokio::test]
async fn a_phone_unlinks_a_device_that_is_away() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;
    client.client.disconnect().await;
    network.sim.unlink(ANN, None).await.unwrap();

    let client = Client::with_backend(network.address, client.backend).await;

    assert_eq!(client.logged_out().await, ConnectFailureReason::LoggedOut);
}

#[tokio::test]
async fn a_phone_unlinks_one_of_two_devices() {
    let network = Network::start().await;
    let gone = network.linked_client(ANN).await;
    let stays = network.linked_client(ANN).await;
    let jid = gone.client.pn().unwrap().to_string();

    assert_eq!(network.sim.unlink(ANN, Some(&jid)).await.unwrap(), 1);

    gone.logged_out().await;
    let left = network.linked(ANN).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].jid, stays.client.pn().unwrap().to_string());
    assert!(stays.client.is_logged_in());
}

#[tokio::test]
async fn a_second_connection_of_a_device_replaces_the_first() {
    let network = Network::start().await;
    let first = network.linked_client(ANN).await;

    let second = Client::with_backend(network.address, first.backend.clone()).await;
    second.connected().await;

    first
        .event("StreamReplaced", |event| matches!(event, Event::StreamReplaced(_)).then_some(()))
        .await;
    assert!(second.client.is_logged_in());
}

#[tokio::test]
async fn devices_of_an_account_share_its_settings() {
    let network = Network::start().await;
    let writer = network.linked_client(ANN).await;
    let reader = network.linked_client(ANN).await;
    writer.push_name_is("Ann").await;
    reader.push_name_is("Ann").await;

    writer.client.profile().set_push_name("Annabel").await.unwrap();

    reader.push_name_is("Annabel").await;
}

#[tokio::test]
async fn what_the_network_does_not_know_is_an_error_and_counted() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;
    let nonsense = InfoQuery::get("w:nonsense", Jid::new("", Server::Pn), None);

    let error = client.client.send_iq(nonsense).await.unwrap_err();

    assert!(matches!(&error, IqError::ServerError { code: 501, .. }), "{error:?}");
    let unknown = network.sim.unknown_stanzas();
    assert_eq!(unknown.get("iq get w:nonsense <>"), Some(&1));
}

#[tokio::test]
async fn the_devices_of_an_account_are_found_with_their_keys() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    let ben_device = ben.client.pn().unwrap();

    let devices = ann.client.signal().get_user_devices(&[Jid::pn(BEN)]).await.unwrap();

    assert!(devices.iter().any(|jid| jid.device == 0), "{devices:?}");
    assert!(devices.iter().any(|jid| jid.device == ben_device.device), "{devices:?}");
}
