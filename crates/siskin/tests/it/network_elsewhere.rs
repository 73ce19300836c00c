//! The simulated network in another process, which the gateway reaches as it would WhatsApp.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use siskin_testkit::eventually;

use crate::messages::{ann, ben};
use crate::processes::Process;
use crate::stage::{BEN, PATIENCE, http};

#[tokio::test]
async fn files_go_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let network = Process::start(&["simulator", "--json"], &folder.path().join("network"));
    let arguments = ["sandbox", "--json", "--instances", "1", "--link", "--simulator-url"];
    let arguments = [&arguments[..], &[network.text("simulatorUrl")]].concat();
    let gateway = Process::start(&arguments, &folder.path().join("gateway"));
    let (api, phones) = (gateway.api(), network.phones());

    let sent = api.upload(&[("chatId", &ben())], "notes.txt", b"to Ben".to_vec()).await;
    let id = sent["idMessage"].as_str().unwrap();
    let look = async || {
        let rows = phones.get(&format!("phones/{BEN}/messages?id={id}")).await;
        anyhow::ensure!(rows.as_array().is_some_and(|rows| !rows.is_empty()), "{rows}");
        Ok(())
    };
    eventually("the file on Ben's phone", PATIENCE, look).await.unwrap();
    assert_eq!(phones.file(BEN, id, &ann()).await, b"to Ben");

    let data = BASE64_STANDARD.encode(b"to Ann");
    let message =
        json!({"chatId": ann(), "kind": "document", "fileName": "answer.txt", "data": data});
    let (status, answer) = phones.post(&format!("phones/{BEN}/messages"), message).await;
    assert_eq!(status, 200, "{answer}");
    let look = async || {
        let body = api.next_notification().await;
        let body = body.ok_or_else(|| anyhow::anyhow!("nothing is told"))?;
        anyhow::ensure!(body["typeWebhook"] == "incomingMessageReceived", "{body}");
        let url = &body["messageData"]["fileMessageData"]["downloadUrl"];
        Ok(url.as_str().ok_or_else(|| anyhow::anyhow!("{body}"))?.to_owned())
    };
    let url = eventually("a file that is told", PATIENCE, look).await.unwrap();
    assert_eq!(http().get(url).send().await.unwrap().bytes().await.unwrap(), &b"to Ann"[..]);
}
