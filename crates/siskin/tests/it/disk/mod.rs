//! A disk that is full, or a database that is locked: nothing is lost, and everything goes on
//! by itself.

mod full;
mod linking;
mod locked;
mod storage;

use anyhow::ensure;
use serde_json::{Value, json};
use siskin_testkit::eventually;

use self::storage::Disk;
use crate::messages::{ann, ben};
use crate::processes::Process;
use crate::stage::{ANN, Api, BEN, PATIENCE, Phones, http};

/// A gateway with its data on a disk, and a network in another process, whose data is
/// elsewhere.
pub struct Scene {
    pub gateway: Process,
    pub api: Api,
    pub phones: Phones,
    pub disk: Disk,
    network: Process,
}

impl Scene {
    /// A gateway that is linked to Ann's phone.
    pub async fn linked(disk: Disk) -> Self {
        let scene = Self::start(disk);
        scene.api.link(&scene.phones, ANN).await;
        assert_eq!(scene.api.next_state().await, "authorized");
        scene
    }

    pub fn start(disk: Disk) -> Self {
        let network = Process::start(&["simulator", "--json"], &disk.beside("network"));
        let url = network.text("simulatorUrl").to_owned();
        let arguments = ["sandbox", "--json", "--simulator-url", &url, "--instances", "2"];
        let gateway = disk.start(&arguments);
        let (api, phones) = (gateway.api(), network.phones());
        Self { gateway, api, phones, disk, network }
    }

    /// Ends the gateway as a power cut would, and starts it again.
    pub fn restart(&mut self) {
        self.gateway.kill();
        let url = self.network.text("simulatorUrl").to_owned();
        self.gateway = self.disk.start(&["sandbox", "--json", "--simulator-url", &url]);
        self.api = self.gateway.api();
    }

    /// Ben sends a text to Ann.
    pub async fn ben_sends(&self, text: &str) {
        let body = json!({"chatId": ann(), "kind": "text", "text": text});
        let (status, answer) = self.phones.post(&format!("phones/{BEN}/messages"), body).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Sends a text to Ben through the API. `false`: it was refused.
    pub async fn send(&self, text: &str) -> bool {
        let body = json!({"chatId": ben(), "message": text});
        let (status, answer) = self.api.refused("sendMessage", body).await;
        assert!(
            status == 200 || answer.contains("disk") || answer.contains("database"),
            "{answer}"
        );
        status == 200
    }

    /// Takes notifications until the owner was told of a text: the texts, in order.
    pub async fn told_until(&self, last: &str) -> Vec<String> {
        let mut told = Vec::new();
        let look = async || {
            while told.last().is_none_or(|text| text != last) {
                let body = self.api.next_notification().await;
                let body = body.ok_or_else(|| anyhow::anyhow!("only {told:?}"))?;
                if body["typeWebhook"] == "incomingMessageReceived" {
                    let text = &body["messageData"]["textMessageData"]["textMessage"];
                    told.push(text.as_str().unwrap_or("no text").to_owned());
                }
            }
            Ok(())
        };
        eventually(last, PATIENCE, look).await.unwrap();
        told
    }

    /// What Ben's phone has of Ann, in order.
    pub async fn ben_sees(&self) -> Vec<String> {
        let rows = self.phones.get(&format!("phones/{BEN}/messages")).await;
        let rows = rows.as_array().unwrap().iter().filter(|row| row["fromMe"] != true);
        rows.map(|row| row["text"].as_str().unwrap_or("no text").to_owned()).collect()
    }

    pub async fn until_ben_sees(&self, texts: &[String]) {
        let look = async || {
            let seen = self.ben_sees().await;
            ensure!(seen == texts, "{seen:?}");
            Ok(())
        };
        eventually("every message at Ben's", PATIENCE, look).await.unwrap();
    }

    /// What `/readyz` answers.
    pub async fn readiness(&self) -> (u16, Value) {
        let answer = http().get(format!("{}/readyz", self.api.base)).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Waits until `/readyz` says 503; its reason.
    pub async fn until_not_ready(&self) -> String {
        let look = async || {
            let (status, answer) = self.readiness().await;
            ensure!(status == 503, "{answer}");
            Ok(answer["reason"].as_str().unwrap().to_owned())
        };
        eventually("not ready", PATIENCE, look).await.unwrap()
    }

    pub async fn until_ready(&self) {
        let look = async || {
            let (status, answer) = self.readiness().await;
            ensure!(status == 200, "{answer}");
            Ok(())
        };
        eventually("ready", PATIENCE, look).await.unwrap();
    }

    /// A value of `/metrics`.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let answer = http().get(format!("{}/metrics", self.api.base)).send().await.unwrap();
        let text = answer.text().await.unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }

    /// The second instance, which is not linked.
    pub fn other(&self) -> Api {
        let instance = &self.gateway.ready["instances"][1];
        let token = instance["apiTokenInstance"].as_str().unwrap();
        Api::new(&self.api.base, instance["idInstance"].as_u64().unwrap(), token)
    }
}
