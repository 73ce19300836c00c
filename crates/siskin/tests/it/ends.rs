//! Each way in which a link ends, or does not.

use anyhow::ensure;
use serde_json::json;
use siskin_testkit::eventually;

use crate::stage::{ANN, PATIENCE, Stage};

const STALE: &str = "Instance has auth. You need to make log out";

async fn linked() -> Stage {
    let stage = Stage::start().await;
    stage.api().link(&stage.phones(), ANN).await;
    assert_eq!(stage.api().next_state().await, "authorized");
    stage
}

#[tokio::test]
async fn unlinked_from_the_phone() {
    let stage = linked().await;
    let api = stage.api();
    stage.phones().unlink(ANN).await;
    assert_eq!(api.next_state().await, "notAuthorized");
    let history = api.get("getStateInstanceHistory").await;
    assert_eq!(history[0]["stateInstance"], "notAuthorized");
    api.link(&stage.phones(), ANN).await;
}

#[tokio::test]
async fn unlinked_from_the_phone_while_the_gateway_was_away() {
    let stage = linked().await;
    let folder = stage.folder;
    stage.sandbox.shutdown().await.unwrap();
    let network = siskin_simulator::Simulator::start(siskin_simulator::Config {
        data_dir: Some(folder.path().join("network")),
        phones: 3,
    })
    .await
    .unwrap();
    network.unlink(ANN, None).await.unwrap();
    drop(network);
    let config = crate::stage::config(folder.path());
    let sandbox = siskin::sandbox::Sandbox::start(&config, &crate::stage::flags()).await.unwrap();
    let stage = Stage { sandbox, folder };
    stage.api().until_state("notAuthorized").await;
    stage.api().link(&stage.phones(), ANN).await;
}

#[tokio::test]
async fn replaced_by_another_connection() {
    let stage = linked().await;
    let api = stage.api();
    stage.phones().fault(json!({"phone": ANN, "replace": true})).await;
    assert_eq!(api.next_state().await, "notAuthorized");
    assert_eq!(api.get("qr").await, json!({"type": "error", "message": STALE}));
    // Rebooting takes the link back; its keys are as good as they were.
    api.get("reboot").await;
    api.until_state("authorized").await;
}

#[tokio::test]
async fn stale_keys_are_gone_after_logout() {
    let stage = linked().await;
    let api = stage.api();
    stage.phones().fault(json!({"phone": ANN, "replace": true})).await;
    api.until_state("notAuthorized").await;
    api.get("logout").await;
    api.link(&stage.phones(), ANN).await;
}

#[tokio::test]
async fn banned_for_good() {
    let stage = linked().await;
    let api = stage.api();
    stage.phones().fault(json!({"phone": ANN, "ban": "permanent"})).await;
    api.until_state("blocked").await;
    let settings = api.get("getWaSettings").await;
    assert_eq!((&settings["phone"], &settings["stateInstance"]), (&json!(""), &json!("blocked")));
}

#[tokio::test]
async fn banned_for_a_time() {
    let stage = linked().await;
    stage.phones().fault(json!({"phone": ANN, "ban": "temporary"})).await;
    stage.api().until_state("suspended").await;
    stage.phones().fault(json!({"phone": ANN, "ban": null})).await;
    stage.api().get("reboot").await;
    stage.api().until_state("authorized").await;
}

#[tokio::test]
async fn an_outdated_client() {
    let stage = linked().await;
    let (api, phones) = (stage.api(), stage.phones());
    phones.fault(json!({"outdatedClient": true})).await;
    api.get("reboot").await;
    let reason = async || {
        let fleet = stage.sandbox.gateway().fleet();
        let link = fleet.list().remove(0).link();
        let reason = link.borrow().reason;
        ensure!(reason == Some(siskin_model::Reason::ClientOutdated), "it is {reason:?}");
        Ok(())
    };
    eventually("reason clientOutdated", PATIENCE, reason).await.unwrap();
    assert_eq!(api.state().await, "starting");
    phones.fault(json!({"outdatedClient": false})).await;
    api.get("reboot").await;
    api.until_state("authorized").await;
}

#[tokio::test]
async fn a_dropped_socket_and_server_errors_are_no_ends() {
    let stage = linked().await;
    let (api, phones) = (stage.api(), stage.phones());
    let fleet = stage.sandbox.gateway().fleet();
    let mut link = fleet.list().remove(0).link();
    for fault in [
        json!({"phone": ANN, "disconnect": true}),
        json!({"streamError": 503}),
        json!({"streamError": 515}),
    ] {
        link.mark_unchanged();
        phones.fault(fault.clone()).await;
        let offline = link.wait_for(|link| link.phase != siskin_model::Phase::Online);
        tokio::time::timeout(PATIENCE, offline).await.expect("not in time").unwrap();
        assert_eq!(api.state().await, "authorized", "{fault}");
        let online = link.wait_for(|link| link.phase == siskin_model::Phase::Online);
        tokio::time::timeout(PATIENCE, online).await.expect("not in time").unwrap();
    }
}
