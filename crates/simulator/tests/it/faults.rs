//! What is broken on purpose.

use siskin_simulator::{Ban, Faults, RefusalKind};
use wacore::types::events::{ConnectFailureReason, Event};

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

fn for_ann() -> Faults {
    Faults { phone: Some(ANN.to_owned()), ..Faults::default() }
}

fn ban(ban: Option<Ban>) -> Faults {
    Faults { ban: Some(ban), ..for_ann() }
}

#[tokio::test]
async fn a_temporary_ban_reaches_a_live_device_and_is_lifted() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;

    network.sim.inject(ban(Some(Ban::Temporary))).await.unwrap();

    let seconds = client.event("TemporaryBan", |event| match event {
        Event::TemporaryBan(ban) => Some(ban.expire.num_seconds()),
        _ => None,
    });
    assert_eq!(seconds.await, 86_400);
    network.sim.inject(ban(None)).await.unwrap();
    let client = client.again_at(network.address).await;
    client.connected().await;
}

#[tokio::test]
async fn a_permanent_ban_locks_the_account() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;

    network.sim.inject(ban(Some(Ban::Permanent))).await.unwrap();

    assert_eq!(client.logged_out().await, ConnectFailureReason::AccountLocked);
    let other = Client::new(network.address).await;
    let refusal = network.sim.scan(ANN, &other.qr().await).await.unwrap_err();
    assert_eq!(refusal.error, format!("The account {ANN} is banned."));
}

#[tokio::test]
async fn an_outdated_client_is_told_whether_linked_or_not() {
    let network = Network::start().await;
    let linked = network.linked_client(ANN).await;
    let unlinked = Client::new(network.address).await;
    unlinked.qr().await;
    let outdated = |on| Faults { outdated_client: Some(on), ..Faults::default() };

    network.sim.inject(outdated(true)).await.unwrap();

    for client in [&linked, &unlinked] {
        client
            .event("ClientOutdated", |event| {
                matches!(event, Event::ClientOutdated(_)).then_some(())
            })
            .await;
    }
    network.sim.inject(outdated(false)).await.unwrap();
    linked.again_at(network.address).await.connected().await;
}

#[tokio::test]
async fn a_takeover_replaces_one_accounts_devices() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    let replace = Faults { replace: Some(true), ..for_ann() };

    network.sim.inject(replace).await.unwrap();

    ann.event("StreamReplaced", |event| matches!(event, Event::StreamReplaced(_)).then_some(()))
        .await;
    assert!(ben.client.is_logged_in());
}

#[tokio::test]
async fn a_device_comes_back_from_a_lost_socket_and_from_stream_errors() {
    let network = Network::start().await;
    let client = network.linked_client(ANN).await;
    let lost = Faults { disconnect: Some(true), ..for_ann() };
    let stream_error = |code| Faults { stream_error: Some(code), ..Faults::default() };
    for fault in [lost, stream_error(515), stream_error(503)] {
        network.sim.inject(fault).await.unwrap();
        client.connected().await;
    }
}

#[tokio::test]
async fn a_client_that_shows_a_code_loses_it_with_its_socket_and_shows_another() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let lost = client.qr().await;
    let disconnect = Faults { disconnect: Some(true), ..Faults::default() };

    network.sim.inject(disconnect).await.unwrap();

    let fresh = client.qr().await;
    assert!(network.sim.scan(ANN, &lost).await.is_err());
    network.sim.scan(ANN, &fresh).await.unwrap();
    client.connected().await;
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_is_refused() {
    let network = Network::start().await;
    let nobody = Faults { ban: Some(Some(Ban::Temporary)), ..Faults::default() };
    let unheard = Faults { stream_error: Some(418), ..Faults::default() };
    for fault in [nobody, unheard] {
        let refusal = network.sim.inject(fault).await.unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Invalid);
    }
}
