//! Callers that ask for much and read little.

use serde_json::Value;
use siskin_model::message::{Direction, Text};
use siskin_model::{Body, ChatId, Content, InstanceId, Message, MessageId, UnixMillis};
use siskin_store::{Entry, Replacement};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stage::{Api, Stage};

/// How many messages there are: with their texts, more than sockets hold on the way.
const MESSAGES: i64 = 1000;
/// The length of each one's text.
const TEXT: usize = 40_000;

fn ben() -> ChatId {
    ChatId::parse("15550100002@c.us").unwrap()
}

fn id(number: i64) -> MessageId {
    MessageId::from_text(format!("A1B2C3D4E5F6{number:04}"))
}

/// Fills the journal; the number of a message is how long ago it came.
async fn fill(stage: &Stage, instance: InstanceId) {
    let fleet = stage.sandbox.gateway().fleet();
    let now = fleet.clock().now();
    let entry = |number: i64| {
        let text = Text { text: "x".repeat(TEXT), is_template: false };
        let (body, at) = (Body::new(Content::Text(text)), UnixMillis(now.0 - number));
        let message = Message::new(ben(), id(number), ben(), Direction::Incoming, at, body);
        let replacement = Replacement::Never;
        Entry { message, notification: None, file: None, amendment: None, replacement }
    };
    for start in (0..MESSAGES).step_by(100) {
        let entries = (start..start + 100).map(entry).collect();
        fleet.store().record(instance, entries).await.unwrap();
    }
}

/// Asks for the journal on a socket of its own, and reads nothing yet.
async fn ask(api: &Api) -> TcpStream {
    let host = api.base.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(host).await.unwrap();
    let path = api.url("lastIncomingMessages");
    let path = path.strip_prefix(&api.base).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    socket
}

/// The rows of an answer whose body comes in chunks.
fn rows(answer: &[u8]) -> Vec<Value> {
    let text = String::from_utf8(answer.to_vec()).unwrap();
    let (head, mut rest) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let mut body = String::new();
    loop {
        let (size, chunk) = rest.split_once("\r\n").unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return serde_json::from_str(&body).unwrap();
        }
        body.push_str(&chunk[..size]);
        rest = &chunk[size + 2..];
    }
}

#[tokio::test]
async fn a_journal_that_nobody_reads_is_not_read_from_disk_either() {
    let stage = Stage::start().await;
    let api = stage.api();
    let instance = InstanceId::new(api.id);
    fill(&stage, instance).await;
    let mut slow = ask(&api).await;
    let mut answer = vec![0; 1000];
    slow.read_exact(&mut answer).await.unwrap();
    // The gateway has begun. What it has not read yet can still change.
    let store = stage.sandbox.gateway().fleet().store();
    store.mark_deleted(instance, &ben(), &id(MESSAGES - 1)).await.unwrap();
    slow.read_to_end(&mut answer).await.unwrap();
    let rows = rows(&answer);
    assert_eq!(rows.len(), usize::try_from(MESSAGES).unwrap());
    let ids: Vec<_> = rows.iter().map(|row| row["idMessage"].as_str().unwrap()).collect();
    assert_eq!(ids, (0..MESSAGES).map(|n| id(n).as_str().to_owned()).collect::<Vec<_>>());
    assert_eq!(rows[0]["isDeleted"], Value::Null);
    assert_eq!(rows.last().unwrap()["isDeleted"], true, "it was read before anybody took it");
}
