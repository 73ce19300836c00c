//! A file as large as the gateway takes them, sent by `sendFileByUpload` and received from a
//! phone: how much private memory the gateway needs for it, and whether it arrives intact.

#![allow(clippy::disallowed_methods, reason = "benches are the gateway's clients")]

use std::time::Duration;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::StreamExt as _;
use serde_json::{Value, json};
use siskin_benches::{Memory, Stage, chat, median, table};
use siskin_testkit::eventually;
use tokio::time::Instant;

/// The largest file that the API takes.
const LENGTH: usize = 100_000_000;
/// Runs of which the medians count.
const RUNS: usize = 3;
/// The most memory that a file may cost, in KiB.
const BOUND: i64 = 30 * 1024;
/// How long a file may take.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let bytes = noise(LENGTH);
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for run in 1..=RUNS {
        eprintln!("run {run} of {RUNS}");
        let mut stage = Stage::start(1, 1).await?;
        stage.tell(true).await?;
        sent.push(send(&stage, &bytes).await?);
        received.push(receive(&mut stage, &bytes).await?);
        stage.end().await?;
    }
    let row = |what: &str, of: &[(i64, f64)]| {
        let grown: Vec<i64> = of.iter().map(|(grown, _)| *grown).collect();
        let seconds: Vec<f64> = of.iter().map(|(_, seconds)| *seconds).collect();
        let all: Vec<String> =
            grown.iter().map(|kib| format!("{:.1}", *kib as f64 / 1024.0)).collect();
        let middle = median(&grown).unwrap_or_default() as f64 / 1024.0;
        let seconds = median(&seconds).unwrap_or_default();
        [what.to_owned(), format!("{middle:.1}"), all.join(" "), format!("{seconds:.1} s")]
    };
    println!("a file of {LENGTH} bytes; extra private memory at its peak\n");
    let rows = [row("sent", &sent), row("received and fetched", &received)];
    table(["what", "MiB", "runs", "time"], &rows);
    let most = sent.iter().chain(&received).map(|(grown, _)| *grown).max();
    ensure!(most.is_some_and(|most| most <= BOUND), "more than {BOUND} KiB");
    Ok(())
}

/// Bytes that nothing makes smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// What it cost in KiB, and the seconds that it took.
async fn send(stage: &Stage, bytes: &[u8]) -> anyhow::Result<(i64, f64)> {
    let memory = Memory::watch(&stage.gateway)?;
    let began = Instant::now();
    let instance = &stage.instances[0];
    let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name("noise.bin");
    let other = &stage.others[0];
    let form = reqwest::multipart::Form::new().text("chatId", chat(other)).part("file", part);
    let url = format!("{}{}", stage.gateway.text("apiUrl")?, instance.path("sendFileByUpload"));
    let answer = reqwest::Client::new().post(url).multipart(form).send().await?;
    ensure!(answer.status() == 200, "{}", answer.text().await?);
    let answer: Value = answer.json().await?;
    let id = answer["idMessage"].as_str().context("no id")?;
    let phones = stage.network.text("phonesUrl")?;
    let rows = format!("{phones}/sandbox/phones/{other}/messages?id={id}");
    let look = async || {
        let rows: Vec<Value> = reqwest::Client::new().get(&rows).send().await?.json().await?;
        ensure!(!rows.is_empty(), "the phone does not show it");
        Ok(())
    };
    eventually("the file on the phone", PATIENCE, look).await?;
    let took = began.elapsed().as_secs_f64();
    let (before, peak) = memory.seen();
    let file = format!("{phones}/sandbox/phones/{other}/messages/{id}/file");
    ensure!(is_there(&file, bytes).await?, "the phone got another file");
    Ok((peak - before, took))
}

async fn receive(stage: &mut Stage, bytes: &[u8]) -> anyhow::Result<(i64, f64)> {
    let phones = stage.network.text("phonesUrl")?;
    let url = format!("{phones}/sandbox/phones/{}/messages", stage.others[0]);
    let message = json!({
        "chatId": stage.instances[0].chat(),
        "kind": "document",
        "fileName": "noise.bin",
        "data": BASE64_STANDARD.encode(bytes),
    });
    let memory = Memory::watch(&stage.gateway)?;
    let answer = reqwest::Client::new().post(url).json(&message).send().await?;
    ensure!(answer.status() == 200, "{}", answer.text().await?);
    // Encrypting it is the phone's work.
    let began = Instant::now();
    let file = loop {
        let hook = stage.hooks.next().await?;
        let file = &hook.body["messageData"]["fileMessageData"]["downloadUrl"];
        if let Some(file) =
            file.as_str().filter(|_| hook.body["typeWebhook"] == "incomingMessageReceived")
        {
            break file.to_owned();
        }
    };
    ensure!(is_there(&file, bytes).await?, "the gateway has another file");
    let took = began.elapsed().as_secs_f64();
    let (before, peak) = memory.seen();
    Ok((peak - before, took))
}

/// Whether these very bytes are at an address.
async fn is_there(url: &str, bytes: &[u8]) -> anyhow::Result<bool> {
    let answer = reqwest::Client::new().get(url).send().await?;
    ensure!(answer.status() == 200, "{url}: {}", answer.status());
    let mut stream = answer.bytes_stream();
    let mut left = bytes;
    while let Some(part) = stream.next().await {
        let Some(rest) = left.strip_prefix(&*part?) else { return Ok(false) };
        left = rest;
    }
    Ok(left.is_empty())
}
