//! Strangers who would fill the disk, and a disk that is nearly full.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use siskin_testkit::eventually;

use super::{Talk, ann, ben};
use crate::stage::{ANN, BEN, PATIENCE, Stage, http};

/// A third phone.
const CLEO: &str = "15550100003";
const MEGABYTE: usize = 1024 * 1024;
/// More than any disk has.
const ALL: u64 = 1 << 40;

fn document(content: &[u8]) -> Value {
    let data = BASE64_STANDARD.encode(content);
    json!({"kind": "document", "fileName": "a.bin", "data": data})
}

fn url_of(told: &Value) -> String {
    let url = told["messageData"]["fileMessageData"]["downloadUrl"].as_str();
    url.unwrap_or_else(|| panic!("no file in {told}")).to_owned()
}

/// Status, `Retry-After` and the length and the beginning of the body at an address.
async fn at(url: &str) -> (u16, String, usize, String) {
    let answer = http().get(url).send().await.unwrap();
    let status = answer.status().as_u16();
    let after = answer.headers().get("retry-after").map(|after| after.to_str().unwrap().to_owned());
    let body = answer.bytes().await.unwrap();
    let text = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
    (status, after.unwrap_or_default(), body.len(), text)
}

/// The bytes that a folder takes on the disk, each file once, whatever it is called.
fn on_disk(folder: &Path) -> u64 {
    fn walk(folder: &Path, found: &mut BTreeMap<u64, u64>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            match about.is_dir() {
                true => walk(&entry.path(), found),
                false => drop(found.insert(about.ino(), about.len())),
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, &mut found);
    found.values().sum()
}

/// What `/metrics` says of a name with its labels.
async fn metric(talk: &Talk, name: &str) -> u64 {
    let text = http().get(format!("{}/metrics", talk.api.base)).send().await.unwrap();
    let text = text.text().await.unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    value.unwrap_or_default()
}

/// The protobuf of a message that a phone has sent, to be sent again as it is.
async fn raw(talk: &Talk, phone: &str, id: &str) -> Value {
    let rows = talk.phones.get(&format!("phones/{phone}/messages?id={id}&raw=true")).await;
    json!({"kind": "raw", "message": rows[0]["raw"]})
}

#[tokio::test]
async fn two_hundred_messages_that_name_one_file_cost_one_file() {
    let talk = Talk::start().await;
    let content = vec![7; 3 * MEGABYTE];
    let first = talk.ben_sends(document(&content)).await;
    let mut urls = vec![url_of(&talk.told("incomingMessageReceived").await)];
    assert_eq!(at(&urls[0]).await.2, content.len());
    let again = raw(&talk, BEN, &first).await;
    for _ in 0..199 {
        talk.ben_sends(again.clone()).await;
    }
    for _ in 0..199 {
        urls.push(url_of(&talk.told("incomingMessageReceived").await));
    }
    for url in &urls {
        let (status, _, length, text) = at(url).await;
        assert_eq!((status, length), (200, content.len()), "{text}");
    }
    let media = talk.stage.folder.path().join("media");
    assert_eq!(on_disk(&media), content.len() as u64);
    let fetched = metric(&talk, "siskin_files_received_total{result=\"fetched\"}").await;
    let known = metric(&talk, "siskin_files_received_total{result=\"known\"}").await;
    assert_eq!((fetched, known), (1, 199));
    // Encrypted anew it has to be fetched to be known, and is not kept twice.
    talk.phone_sends(CLEO, &ann(), document(&content)).await;
    let url = url_of(&talk.told("incomingMessageReceived").await);
    assert_eq!(at(&url).await.2, content.len());
    let look = async || {
        let now = on_disk(&media);
        anyhow::ensure!(now == content.len() as u64, "{now} bytes");
        Ok(())
    };
    eventually("one copy", PATIENCE, look).await.unwrap();
}

#[tokio::test]
async fn a_deleted_instance_does_not_take_away_what_another_was_sent_too() {
    let flags = siskin::sandbox::SandboxFlags { instances: 2, ..crate::stage::flags() };
    let talk = Talk::on(Stage::start_with(flags).await).await;
    let other = talk.stage.apis().remove(1);
    other.link(&talk.phones, CLEO).await;
    let content = vec![9; MEGABYTE];
    let id = talk.ben_sends(document(&content)).await;
    let url = url_of(&talk.told("incomingMessageReceived").await);
    assert_eq!(at(&url).await.2, content.len());
    let again = raw(&talk, BEN, &id).await;
    talk.phone_sends(BEN, &format!("{CLEO}@c.us"), again).await;
    let look = async || {
        let told = other.next_notification().await.unwrap_or_default();
        let file = &told["messageData"]["fileMessageData"]["downloadUrl"];
        file.as_str().map(str::to_owned).ok_or_else(|| anyhow::anyhow!("no file in {told}"))
    };
    let others = eventually("the file", PATIENCE, look).await.unwrap();
    assert_eq!(at(&others).await.2, content.len());
    let media = talk.stage.folder.path().join("media");
    assert_eq!(on_disk(&media), content.len() as u64);

    let gateway = talk.stage.sandbox.gateway();
    gateway.fleet().delete(talk.api.id.to_string().parse().unwrap()).await.unwrap();
    assert_eq!(at(&url).await.0, 404);
    assert_eq!(at(&others).await.2, content.len());
    gateway.fleet().delete(other.id.to_string().parse().unwrap()).await.unwrap();
    assert_eq!(on_disk(&media), 0, "something is left of what nobody has any more");
}

#[tokio::test]
async fn a_sender_over_the_budget_waits_and_others_are_served() {
    let talk = Talk::configured(|config| {
        config.files_sender_count = 2;
        config.files_sender_mb = 5;
    })
    .await;
    let mut answers = Vec::new();
    for number in 0..6 {
        talk.ben_sends(document(&[number; 100])).await;
        let told = talk.told("incomingMessageReceived").await;
        answers.push((told["idMessage"].clone(), at(&url_of(&told)).await));
    }
    for (_, (status, ..)) in &answers[..2] {
        assert_eq!(*status, 200);
    }
    for (id, (status, after, _, text)) in &answers[2..] {
        assert_eq!(*status, 503, "{text}");
        assert!(text.contains("a day of one sender is used up"), "{text}");
        let after: u64 = after.parse().unwrap();
        assert!((1..=86_400).contains(&after), "{after}");
        let wanted = json!({"chatId": ben(), "idMessage": id});
        let (status, text) = talk.api.refused("downloadFile", wanted).await;
        assert_eq!(status, 503, "{text}");
    }
    assert_eq!(metric(&talk, "siskin_files_held_total{budget=\"sender\"}").await, 4);
    // One large file uses up the bytes; it still comes, and the next does not.
    for (content, expected) in [(vec![1; 6 * MEGABYTE], 200), (vec![2; 100], 503)] {
        talk.phone_sends(CLEO, &ann(), document(&content)).await;
        let (status, ..) = at(&url_of(&talk.told("incomingMessageReceived").await)).await;
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn with_too_little_room_messages_are_told_and_files_come_later() {
    let served = axum::Router::new().route("/dot", axum::routing::get(async || "a dot"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = format!("http://{}/dot", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, served).await });
    let talk = Talk::configured(|config| {
        config.files_floor_mb = ALL;
        config.fetch_targets = siskin::config::Targets::Any;
    })
    .await;
    let id = talk.ben_sends(document(b"it comes later")).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str());
    let url = url_of(&told);
    let (status, after, _, text) = at(&url).await;
    assert_eq!((status, after.as_str()), (503, "60"), "{text}");
    assert!(text.contains("too little room"), "{text}");

    let form = reqwest::multipart::Form::new()
        .text("chatId", ben())
        .part("file", reqwest::multipart::Part::bytes(vec![7; 100]).file_name("a.bin"));
    let uploads = [
        http().post(talk.api.url("uploadFile")).body(vec![7; 100]),
        http().post(talk.api.url("sendFileByUpload")).multipart(form),
        http().post(talk.api.url("sendFileByUrl")).json(&json!({
            "chatId": ben(), "urlFile": elsewhere, "fileName": "a.txt",
        })),
    ];
    for upload in uploads {
        let answer = upload.send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert!(status == 503 && text.contains("too little room"), "{status}: {text}");
    }
    // Whatever needs no room goes on.
    let sent = talk.send("sendMessage", json!({"chatId": ben(), "message": "still here"})).await;
    assert_eq!(talk.ben_sees(&sent).await["text"], "still here");

    let stage = talk.stage.restart_with(|_| {}).await;
    let api = stage.api();
    api.until_state("authorized").await;
    // The address is the same, but for the port.
    let path = url.split_once("/files/").unwrap().1;
    let url = format!("{}/files/{path}", api.base);
    let look = async || {
        let (status, _, _, text) = at(&url).await;
        anyhow::ensure!(status == 200 && text == "it comes later", "{status}: {text}");
        Ok(())
    };
    eventually("the file", PATIENCE, look).await.unwrap();
    assert_eq!(stage.phones().devices_of(ANN).await, 1);
}
