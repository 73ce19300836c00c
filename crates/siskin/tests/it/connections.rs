//! Connections that say nothing, or do not read: many of them, against the binary with few
//! files to open. Whoever calls as usual is answered all the same.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;
use siskin_testkit::eventually;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::processes::Process;
use crate::stage::{ANN, Api, http};

/// How many files the gateway may have open.
const FILES: u32 = 256;
/// More connections than that.
const MANY: usize = 300;
/// How long an ordinary call may take during an attack.
const SOON: Duration = Duration::from_secs(10);
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

fn address(api: &Api) -> &str {
    api.base.trim_start_matches("http://")
}

/// Many connections that say this and then no more.
async fn hold(api: &Api, said: &[u8]) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for _ in 0..MANY {
        // One that is refused or closed is no matter.
        if let Ok(mut socket) = TcpStream::connect(address(api)).await {
            let _ = socket.write_all(said).await;
            held.push(socket);
        }
    }
    held
}

/// The connections go on with a byte now and then, until this is dropped.
fn trickle(held: Vec<TcpStream>) -> JoinSet<()> {
    let mut trickling = JoinSet::new();
    for mut socket in held {
        trickling.spawn(async move {
            while socket.write_all(b"x").await.is_ok() {
                // Sleeps between the bytes of a slow client: the attack itself.
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        });
    }
    trickling
}

/// Waits until somebody new is answered.
async fn until_answered(api: &Api, attack: &str) {
    let look = async || {
        let answer = http().get(api.url("getStateInstance")).send().await?;
        ensure!(answer.status() == 200, "{}", answer.status());
        Ok(())
    };
    eventually(&format!("an answer during: {attack}"), SOON, look).await.unwrap();
}

fn path(api: &Api, method: &str) -> String {
    api.url(method).split_off(api.base.len())
}

fn post(path: &str, length: u64) -> Vec<u8> {
    let form = "Content-Type: application/x-www-form-urlencoded";
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{form}\r\nContent-Length: {length}\r\n\r\n")
        .into()
}

#[tokio::test]
async fn connections_that_say_nothing_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = Process::start_limited(FILES, &["sandbox", "--json"], folder.path());
    let api = gateway.api();
    let page = format!("/qr-page/{}/{}", api.id, api.token);
    for (attack, said) in [
        ("silence", Vec::new()),
        ("half a preface of HTTP/2", PREFACE[..8].to_vec()),
        ("HTTP/2", PREFACE.to_vec()),
        ("half a request", b"GET / HTTP/1.1\r\nHost: localhost\r\nHalf".to_vec()),
        ("no token to sign in with", post("/console/sign-in", 100)),
        ("no number for a pairing code", post(&format!("{page}/pairing-code"), 100)),
        ("no fault to inject", post("/sandbox/faults", 100)),
        ("no message to send", post(&path(&api, "sendMessage"), 100)),
        ("no file to upload", post(&path(&api, "uploadFile"), 10_000_000)),
    ] {
        let held = hold(&api, &said).await;
        until_answered(&api, attack).await;
        drop(held);
        until_answered(&api, "nothing any more").await;
    }
}

#[tokio::test]
async fn slow_bytes_and_unread_answers_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = Process::start_limited(FILES, &["sandbox", "--json"], folder.path());
    let api = gateway.api();
    for (attack, said) in [
        ("slow headers", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ".to_vec()),
        ("slow bodies", post(&path(&api, "sendMessage"), 10_000)),
    ] {
        let trickling = trickle(hold(&api, &said).await);
        until_answered(&api, attack).await;
        drop(trickling);
    }
    let file = api.upload_raw("application/octet-stream", "a.bin", vec![7; 20_000_000]).await;
    let file = file["urlFile"].as_str().unwrap().to_owned().split_off(api.base.len());
    let get = format!("GET {file} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let held = hold(&api, get.as_bytes()).await;
    until_answered(&api, "answers that nobody reads").await;
    drop(held);
}

#[tokio::test]
async fn a_phone_is_linked_and_a_long_poll_answered_while_silence_fills_the_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = Process::start_limited(FILES, &["sandbox", "--json"], folder.path());
    let (api, phones) = (gateway.api(), gateway.phones());
    let mut poll = TcpStream::connect(address(&api)).await.unwrap();
    let waits = path(&api, "receiveNotification") + "?receiveTimeout=60";
    let request = format!("GET {waits} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    poll.write_all(request.as_bytes()).await.unwrap();
    // Answered after the poll was taken in.
    until_answered(&api, "nothing yet").await;
    let _held = hold(&api, b"").await;
    api.link(&phones, ANN).await;
    let mut answer = String::new();
    poll.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("stateInstanceChanged"), "{answer}");
    let to = format!("{}@c.us", crate::stage::BEN);
    let sent = api.post("sendMessage", json!({"chatId": to, "message": "during it"})).await;
    assert!(sent["idMessage"].is_string(), "{sent}");
    let metrics = http().get(format!("{}/metrics", api.base)).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let value = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {metrics}")).trim().parse::<u32>().unwrap()
    };
    assert!(value("siskin_http_connections ") <= FILES / 2);
    assert!(value("siskin_http_connections_made_way_total ") > 0);
}
