//! The disk is full while a phone is linked.

use anyhow::ensure;
use serde_json::json;
use siskin_testkit::eventually;

use super::Scene;
use super::storage::Disk;
use crate::stage::{ANN, PATIENCE};

#[tokio::test]
async fn a_full_disk_while_linking_leaves_the_phone_without_a_device_that_has_no_other_end() {
    let scene = Scene::start(Disk::small());
    let qr = scene.api.scan_text().await;
    scene.disk.fill();
    scene.phones.scan(ANN, &qr).await;
    let look = async || {
        let devices = scene.phones.devices_of(ANN).await;
        ensure!(devices == 0, "the phone has {devices}");
        Ok(())
    };
    eventually("a phone without a device", PATIENCE, look).await.unwrap();
    assert_eq!(scene.api.state().await, "notAuthorized");
    let look = async || {
        let answer = scene.api.get("qr").await;
        ensure!(answer["type"] == "error", "{answer}");
        Ok(answer["message"].as_str().unwrap().to_owned())
    };
    let said = eventually("a reason", PATIENCE, look).await.unwrap();
    assert!(said.contains("disk is full"), "{said}");

    scene.disk.make_room();
    scene.api.link(&scene.phones, ANN).await;
    assert_eq!(scene.phones.devices_of(ANN).await, 1);
    let body = json!({"chatId": crate::messages::ben(), "message": "linked"});
    scene.api.post("sendMessage", body).await;
    scene.until_ben_sees(&["linked".to_owned()]).await;
}
