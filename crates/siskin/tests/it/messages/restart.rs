//! A gateway that is killed, with the network in another process.

use serde_json::json;

use super::{ann, ben};
use crate::processes::Process;
use crate::stage::{ANN, BEN};

/// A simulated network and a gateway, each a process of its own.
struct Pair {
    network: Process,
    gateway: Process,
    folder: tempfile::TempDir,
}

fn gateway(network: &Process, folder: &std::path::Path) -> Process {
    let url = network.text("simulatorUrl");
    let arguments = ["sandbox", "--json", "--link", "--simulator-url", url, "--send-pause", "off"];
    Process::start(&arguments, folder)
}

impl Pair {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = Process::start(&["simulator", "--json"], &folder.path().join("network"));
        let gateway = gateway(&network, &folder.path().join("gateway"));
        Self { network, gateway, folder }
    }

    /// The gateway ends as by a power cut and starts again.
    fn kill(&mut self) {
        self.gateway.kill();
        self.gateway = gateway(&self.network, &self.folder.path().join("gateway"));
    }
}

#[tokio::test]
async fn what_was_accepted_arrives_once_and_in_order_though_the_gateway_is_killed() {
    let mut pair = Pair::start();
    let phones = pair.network.phones();
    let mut sent = Vec::new();
    for round in 0..4 {
        let api = pair.gateway.api();
        for number in 0..10 {
            let text = format!("{round}-{number}");
            let body = json!({"chatId": ben(), "message": text});
            api.post("sendMessage", body).await;
            sent.push(text);
        }
        pair.kill();
    }
    let look = async || {
        let rows = phones.get(&format!("phones/{BEN}/messages")).await;
        let texts: Vec<String> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["text"].as_str().unwrap().to_owned())
            .collect();
        anyhow::ensure!(texts == sent, "{} of {}: {texts:?}", texts.len(), sent.len());
        Ok(())
    };
    siskin_testkit::eventually("every message", crate::stage::PATIENCE, look).await.unwrap();
}

#[tokio::test]
async fn what_came_is_told_though_the_gateway_is_killed() {
    let mut pair = Pair::start();
    let phones = pair.network.phones();
    let mut sent = Vec::new();
    for round in 0..4 {
        for number in 0..10 {
            let text = format!("{round}-{number}");
            let body = json!({"chatId": ann(), "kind": "text", "text": text});
            let (status, answer) = phones.post(&format!("phones/{BEN}/messages"), body).await;
            assert_eq!(status, 200, "{answer}");
            sent.push(text);
        }
        pair.kill();
    }
    let api = pair.gateway.api();
    let mut told = Vec::new();
    while told.len() < sent.len() {
        let body = api.next_notification().await.expect("the log is empty too soon");
        if body["typeWebhook"] == "incomingMessageReceived" {
            let text = &body["messageData"]["textMessageData"]["textMessage"];
            told.push(text.as_str().unwrap().to_owned());
        }
    }
    assert_eq!(told, sent);
    assert_eq!(phones.devices_of(ANN).await, 1);
}

#[tokio::test]
async fn the_gateways_own_origin_passes_calls_of_phones_on() {
    let pair = Pair::start();
    let api = pair.gateway.api();
    let phones = crate::stage::Phones::at(&api.base);
    for text in ["one", "two"] {
        api.post("sendMessage", json!({"chatId": ben(), "message": text})).await;
    }
    let rows = phones.get(&format!("phones/{BEN}/messages?after=1&wait=60")).await;
    assert_eq!(rows[0]["text"], "two", "{rows}");
    let url = format!("{}/sandbox/phones/{BEN}/events", api.base);
    let mut events = crate::stage::http().get(url).send().await.unwrap();
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    api.post("sendMessage", json!({"chatId": ben(), "message": "three"})).await;
    let mut seen = String::new();
    while !seen.contains("three") {
        let chunk = events.chunk().await.unwrap().expect("the events ended");
        seen.push_str(&String::from_utf8_lossy(&chunk));
    }
    let contacts = format!("phones/{BEN}/contacts");
    let (status, _) = phones.post(&contacts, json!({"phone": ANN, "name": "Annie"})).await;
    assert_eq!(status, 200);
    let url = format!("{}/sandbox/{contacts}/{ANN}", api.base);
    assert_eq!(crate::stage::http().delete(url).send().await.unwrap().status(), 200);
    assert_eq!(phones.get(&contacts).await, json!([]));
}
