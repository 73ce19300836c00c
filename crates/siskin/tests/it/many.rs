//! A hundred at once.

use futures::future::join_all;

use crate::stage::{Stage, flags};

const MANY: usize = 100;

#[tokio::test]
async fn a_hundred_instances_link_at_once() {
    let flags = siskin::sandbox::SandboxFlags { phones: MANY, instances: MANY, ..flags() };
    let stage = Stage::start_with(flags).await;
    let phones = stage.phones();
    let simulator = stage.sandbox.simulator().unwrap();
    let numbers: Vec<String> =
        simulator.phones().await.into_iter().map(|phone| phone.phone).collect();
    let links = stage.apis().into_iter().zip(&numbers).map(|(api, number)| {
        let phones = phones.clone();
        async move { api.link(&phones, number).await }
    });
    join_all(links).await;
    let status = simulator.status().await;
    assert_eq!((status.devices_linked, status.sockets_open), (MANY, MANY));
    assert!(status.unknown_stanzas.is_empty(), "{:?}", status.unknown_stanzas);
}
