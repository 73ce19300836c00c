//! From nothing to authorized and back.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::json;
use siskin_testkit::eventually;

use crate::stage::{ANN, BEN, PATIENCE, Stage};

#[tokio::test]
async fn a_scan_authorizes_is_told_and_logout_starts_anew() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    assert_eq!(api.state().await, "notAuthorized");
    let qr = api.scan_text().await;
    phones.scan(ANN, &qr).await;
    api.until_state("authorized").await;
    assert_eq!(
        api.get("qr").await,
        json!({"type": "alreadyLogged", "message": "instance account already authorized"})
    );
    let told = api.next_notification().await.unwrap();
    assert_eq!(told["stateInstance"], "authorized");
    assert_eq!(told["instanceData"]["wid"], format!("{ANN}@c.us"));
    assert_eq!(told["instanceData"]["idInstance"], api.id);
    let settings = api.get("getWaSettings").await;
    assert_eq!(settings["phone"], ANN);
    assert_eq!(settings["deviceId"], format!("{ANN}:1@s.whatsapp.net"));

    assert_eq!(api.get("logout").await, json!({"isLogout": true}));
    assert_eq!(api.state().await, "notAuthorized");
    let told = api.next_notification().await.unwrap();
    assert_eq!(
        (&told["stateInstance"], &told["instanceData"]["wid"]),
        (&json!("notAuthorized"), &json!(""))
    );
    assert_eq!(phones.devices_of(ANN).await, 0);
    let again = api.scan_text().await;
    assert_ne!(again, qr);
    phones.scan(BEN, &again).await;
    api.until_state("authorized").await;
    assert_eq!(api.get("getWaSettings").await["phone"], BEN);
}

#[tokio::test]
async fn a_pairing_code_authorizes() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    let code = api.pairing_code(ANN).await;
    assert_eq!(code.len(), 8, "{code}");
    phones.enter_code(ANN, &code).await;
    api.until_state("authorized").await;
    assert_eq!(phones.devices_of(ANN).await, 1);
}

#[tokio::test]
async fn qr_and_pairing_code_live_side_by_side_and_either_links() {
    for by_code in [true, false] {
        let stage = Stage::start().await;
        let (api, phones) = (stage.api(), stage.phones());
        let before = api.scan_text().await;
        let code = api.pairing_code(ANN).await;
        assert_eq!(api.scan_text().await, before, "the QR was disturbed");
        assert_eq!(api.pairing_code(ANN).await, code, "the code was disturbed");
        match by_code {
            true => phones.enter_code(ANN, &code).await,
            false => phones.scan(ANN, &before).await,
        }
        api.until_state("authorized").await;
        assert_eq!(phones.devices_of(ANN).await, 1);
    }
}

#[tokio::test]
async fn two_clients_that_poll_one_instance_see_the_same_code() {
    let stage = Stage::start().await;
    let api = stage.api();
    let (first, second) = tokio::join!(api.get("qr"), api.get("qr"));
    assert_eq!(first["type"], "qrCode");
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_stale_code_cannot_be_scanned() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    let qr = api.scan_text().await;
    api.get("reboot").await;
    let look = async || {
        let (status, _) = phones.post(&format!("phones/{ANN}/scan"), json!({"qr": qr})).await;
        ensure!(status >= 400, "it was accepted");
        Ok(())
    };
    eventually("a refusal of the old code", PATIENCE, look).await.unwrap();
    assert_eq!(api.state().await, "notAuthorized");
}

/// The six codes of a session live 160 s; while somebody polls there is always another.
#[tokio::test]
async fn a_poll_outlasts_the_codes_of_a_session() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    let (started, mut codes) = (Instant::now(), Vec::new());
    while started.elapsed() < Duration::from_secs(200) {
        let answer = api.get("qr").await;
        let code = api.code_in(&answer).unwrap_or_else(|| panic!("no code: {answer}"));
        if codes.last() != Some(&code) {
            codes.push(code);
        }
        // Sleeps: a client polls once a second.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // 60 s and five times 20 s, then a new session.
    assert!(codes.len() >= 7, "{} codes in 200 s", codes.len());
    phones.scan(ANN, codes.last().unwrap()).await;
    api.until_state("authorized").await;
}

#[tokio::test]
async fn linked_instances_come_back_after_a_restart() {
    let stage = Stage::start().await;
    let api = stage.api();
    api.link(&stage.phones(), ANN).await;
    let stage = stage.restart().await;
    let again = stage.api();
    assert_eq!((again.id, &again.token), (api.id, &api.token));
    again.until_state("authorized").await;
    assert_eq!(stage.phones().devices_of(ANN).await, 1);
}

#[tokio::test]
async fn reboot_comes_back_and_says_starting() {
    let stage = Stage::start().await;
    let api = stage.api();
    api.link(&stage.phones(), ANN).await;
    assert_eq!(api.get("reboot").await, json!({"isReboot": true}));
    for state in ["authorized", "starting", "authorized"] {
        assert_eq!(api.next_state().await, state);
    }
}

#[tokio::test]
async fn a_deleted_instance_leaves_no_key_and_no_device() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    api.link(&phones, ANN).await;
    let keys = stage.folder.path().join("keys").join(api.id.to_string());
    assert!(keys.exists());
    let fleet = stage.sandbox.gateway().fleet();
    let id = siskin_model::InstanceId::new(api.id);
    assert!(fleet.delete(id).await.unwrap());
    assert!(!fleet.delete(id).await.unwrap());
    assert!(!keys.exists());
    assert_eq!(phones.devices_of(ANN).await, 0);
    let answer = reqwest::get(api.url("getStateInstance")).await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.text().await.unwrap(), "Instance is deleted");
}

#[tokio::test]
async fn an_instance_that_nobody_asks_about_holds_no_socket() {
    let stage = Stage::start().await;
    let api = stage.api();
    assert_eq!(stage.sandbox.simulator().unwrap().status().await.sockets_open, 0);
    api.scan_text().await;
    assert_eq!(stage.sandbox.simulator().unwrap().status().await.sockets_open, 1);
    let patience = Duration::from_secs(120);
    eventually("sleep", patience, async || {
        let status = stage.sandbox.simulator().unwrap().status().await;
        ensure!(status.sockets_open == 0, "{} sockets", status.sockets_open);
        Ok(())
    })
    .await
    .unwrap();
}
