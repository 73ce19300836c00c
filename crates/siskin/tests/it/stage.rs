//! A gateway with its simulated network, and the calls that scenarios make.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use siskin::config::{Config, Flags, RateLimits, SendPause};
use siskin::sandbox::{Sandbox, SandboxFlags};
use siskin_testkit::{decode_qr_png, eventually};
use tempfile::TempDir;

/// How long anything may take on a busy machine with two cores.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// The first phone of every network.
pub const ANN: &str = "15550100001";
/// The second one.
pub const BEN: &str = "15550100002";

pub struct Stage {
    pub sandbox: Sandbox,
    pub folder: TempDir,
}

/// One instance, seen through its API.
#[derive(Clone)]
pub struct Api {
    pub base: String,
    pub id: u64,
    pub token: String,
    http: reqwest::Client,
}

/// The phones of a network, seen through their API.
#[derive(Clone)]
pub struct Phones {
    pub base: String,
    http: reqwest::Client,
}

pub fn flags() -> SandboxFlags {
    SandboxFlags { phones: 3, instances: 1, link: false, simulator_url: None, json: true }
}

pub fn config(folder: &Path) -> Config {
    let flags = Flags {
        listen: "127.0.0.1:0".parse().ok(),
        data_dir: Some(folder.to_owned()),
        rate_limits: Some(RateLimits::Off),
        send_pause: Some(SendPause::Off),
        // However full the disk is on which the tests run.
        files_floor_mb: Some(0),
        ..Flags::default()
    };
    Config::load(&flags).unwrap()
}

pub fn http() -> reqwest::Client {
    // A second installation is refused and harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

impl Stage {
    pub async fn start() -> Self {
        Self::start_with(flags()).await
    }

    pub async fn start_with(flags: SandboxFlags) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(&config(folder.path()), &flags).await.unwrap();
        Self { sandbox, folder }
    }

    /// The gateway and the network end and start again on what they kept.
    pub async fn restart(self) -> Self {
        self.restart_with(|_| {}).await
    }

    /// The same with another configuration.
    pub async fn restart_with(self, change: impl FnOnce(&mut Config)) -> Self {
        self.sandbox.shutdown().await.unwrap();
        let mut config = config(self.folder.path());
        change(&mut config);
        let sandbox = Sandbox::start(&config, &flags()).await.unwrap();
        Self { sandbox, folder: self.folder }
    }

    /// The first instance.
    pub fn api(&self) -> Api {
        self.apis().remove(0)
    }

    pub fn apis(&self) -> Vec<Api> {
        let gateway = self.sandbox.gateway();
        let http = http();
        let of = |instance: &siskin_fleet::Instance| Api {
            base: gateway.url(),
            id: instance.id().get(),
            token: instance.token().expose().to_owned(),
            http: http.clone(),
        };
        gateway.fleet().list().iter().map(|instance| of(instance)).collect()
    }

    pub fn phones(&self) -> Phones {
        Phones::at(self.sandbox.phones_url())
    }
}

impl Api {
    pub fn new(base: &str, id: u64, token: &str) -> Self {
        Self { base: base.to_owned(), id, token: token.to_owned(), http: http() }
    }

    pub fn url(&self, method: &str) -> String {
        format!("{}/waInstance{}/{method}/{}", self.base, self.id, self.token)
    }

    pub async fn get(&self, method: &str) -> Value {
        let answer = self.http.get(self.url(method)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{method}");
        answer.json().await.unwrap()
    }

    /// A call that is refused: its status and text.
    pub async fn refused(&self, method: &str, body: Value) -> (u16, String) {
        let answer = self.http.post(self.url(method)).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// A call whose answer has no body.
    pub async fn post_for_nothing(&self, method: &str, body: Value) {
        let (status, text) = self.refused(method, body).await;
        assert_eq!((status, text.as_str()), (200, ""), "{method}");
    }

    /// Uploads a file with `sendFileByUpload`.
    pub async fn upload(&self, fields: &[(&str, &str)], name: &str, bytes: Vec<u8>) -> Value {
        let mut form = reqwest::multipart::Form::new();
        for (key, value) in fields {
            form = form.text((*key).to_owned(), (*value).to_owned());
        }
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let request =
            self.http.post(self.url("sendFileByUpload")).multipart(form.part("file", part));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Uploads a file with `uploadFile`.
    pub async fn upload_raw(&self, mime_type: &str, name: &str, bytes: Vec<u8>) -> Value {
        let request = self.http.post(self.url("uploadFile"));
        let request = request.header("content-type", mime_type).header("GA-Filename", name);
        let answer = request.body(bytes).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// A file by its address.
    pub async fn download(&self, url: &str) -> (reqwest::header::HeaderMap, Vec<u8>) {
        let answer = self.http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{url}");
        (answer.headers().clone(), answer.bytes().await.unwrap().to_vec())
    }

    pub async fn post(&self, method: &str, body: Value) -> Value {
        let answer = self.http.post(self.url(method)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{method}");
        answer.json().await.unwrap()
    }

    /// The text inside the QR code that `qr` answers, read from its picture.
    pub async fn scan_text(&self) -> String {
        let look = async || {
            let answer = self.get("qr").await;
            self.code_in(&answer).with_context(|| answer.to_string())
        };
        eventually("a QR code", PATIENCE, look).await.unwrap()
    }

    /// The text inside the picture of an answer, if it has one.
    pub fn code_in(&self, answer: &Value) -> Option<String> {
        let is_code = answer["type"] == "qrCode";
        is_code.then(|| {
            let png = BASE64_STANDARD.decode(answer["message"].as_str().unwrap()).unwrap();
            decode_qr_png(&png).unwrap()
        })
    }

    pub async fn state(&self) -> String {
        self.get("getStateInstance").await["stateInstance"].as_str().unwrap().to_owned()
    }

    pub async fn until_state(&self, state: &str) {
        let look = async || {
            let now = self.state().await;
            ensure!(now == state, "it is {now}");
            Ok(())
        };
        eventually(&format!("state {state}"), PATIENCE, look).await.unwrap();
    }

    /// The next notification, taken out of the log; nothing where none comes.
    pub async fn next_notification(&self) -> Option<Value> {
        let received = self.get("receiveNotification").await;
        let receipt = received["receiptId"].as_i64()?;
        let url = format!("{}/{receipt}", self.url("deleteNotification"));
        let deleted: Value = self.http.delete(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(deleted["result"], true);
        Some(received["body"].clone())
    }

    /// The next change of state that the owner is told.
    pub async fn next_state(&self) -> String {
        let body = self.next_notification().await.expect("no notification came");
        assert_eq!(body["typeWebhook"], "stateInstanceChanged", "{body}");
        body["stateInstance"].as_str().unwrap().to_owned()
    }

    /// Scans with the phone and waits until the instance is linked.
    pub async fn link(&self, phones: &Phones, phone: &str) {
        phones.scan(phone, &self.scan_text().await).await;
        self.until_state("authorized").await;
    }

    /// The code to type into a phone, for its number.
    pub async fn pairing_code(&self, phone: &str) -> String {
        let number: u64 = phone.parse().unwrap();
        let answer = self.post("getAuthorizationCode", json!({"phoneNumber": number})).await;
        assert_eq!(answer["status"], true, "{answer}");
        answer["code"].as_str().unwrap().to_owned()
    }
}

impl Phones {
    pub fn at(base: &str) -> Self {
        Self { base: base.to_owned(), http: http() }
    }

    pub async fn get(&self, path: &str) -> Value {
        let url = format!("{}/sandbox/{path}", self.base);
        let answer = self.http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// The bytes of a file that a phone has decrypted.
    pub async fn file(&self, phone: &str, id: &str, chat: &str) -> Vec<u8> {
        let url = format!("{}/sandbox/phones/{phone}/messages/{id}/file?chatId={chat}", self.base);
        let answer = self.http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{id}");
        answer.bytes().await.unwrap().to_vec()
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/sandbox/{path}", self.base);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    pub async fn scan(&self, phone: &str, qr: &str) {
        let (status, answer) =
            self.post(&format!("phones/{phone}/scan"), json!({ "qr": qr })).await;
        assert_eq!(status, 200, "{answer}");
    }

    pub async fn enter_code(&self, phone: &str, code: &str) {
        let path = format!("phones/{phone}/pairing-code");
        let (status, answer) = self.post(&path, json!({ "code": code })).await;
        assert_eq!(status, 200, "{answer}");
    }

    pub async fn unlink(&self, phone: &str) {
        let (status, answer) = self.post(&format!("phones/{phone}/unlink"), json!({})).await;
        assert_eq!(status, 200, "{answer}");
    }

    pub async fn fault(&self, fault: Value) {
        let (status, answer) = self.post("faults", fault).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// How many devices are linked to a phone.
    pub async fn devices_of(&self, phone: &str) -> usize {
        let url = format!("{}/sandbox/phones", self.base);
        let phones: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        let all = phones.as_array().unwrap();
        let one = all.iter().find(|row| row["phone"] == phone).expect("no such phone");
        one["linkedDevices"].as_array().unwrap().len()
    }
}
