//! The engine without a gateway, for comparison: a client with its keys in SQLite that is
//! moved by lines of JSON on its standard input and answers on its standard output. The bench
//! `messages` starts it: `engine_alone ws://127.0.0.1:PORT/ws/chat DATABASE`.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use wacore::types::events::{ChannelEventHandler, Event};
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use whatsapp_rust::Client;
use whatsapp_rust::bot::Bot;
use whatsapp_rust::store::SqliteStore;

#[allow(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../tests/it/http.rs"]
mod http;
#[path = "../tests/it/loopback.rs"]
mod loopback;

/// How many acknowledgements may wait to be looked at.
const ACKNOWLEDGED: usize = 4096;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Acknowledged = tokio::sync::mpsc::Receiver<String>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap();
    let address: SocketAddr = url.split('/').nth(2).unwrap().parse()?;
    let store = SqliteStore::new(&arguments.next().unwrap()).await?;
    let bot = Bot::builder()
        .with_backend_arc(Arc::new(store))
        .with_transport_factory(loopback::Loopback(address))
        .with_http_client(http::Hosts(address))
        .with_runtime(whatsapp_rust::TokioRuntime)
        .with_version((2, 3000, 0))
        .build()
        .await?;
    let client = bot.client();
    let (handler, events) = ChannelEventHandler::new();
    client.subscribe_handler(handler).detach();
    let _running = bot.spawn();
    let (acknowledge, mut acknowledged) = tokio::sync::mpsc::channel(ACKNOWLEDGED);
    tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            tell(&event, &acknowledge).await;
        }
    });
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(order) = orders.next_line().await? {
        let order: Value = serde_json::from_str(&order)?;
        let to = Jid::pn(order["to"].as_str().unwrap());
        let count = |key: &str| order[key].as_u64();
        if let Some(count) = count("oneByOne") {
            let micros = one_by_one(&client, &to, count, &mut acknowledged).await?;
            println!("{}", json!({ "micros": micros }));
        }
        if let Some(count) = count("pipelined") {
            let took = pipelined(&client, &to, count, &mut acknowledged).await?;
            println!("{}", json!({ "seconds": took.as_secs_f64() }));
        }
    }
    Ok(())
}

async fn tell(event: &Event, acknowledge: &tokio::sync::mpsc::Sender<String>) {
    match event {
        Event::PairingQrCode(qr) => println!("{}", json!({ "qr": qr.code })),
        Event::Connected(_) => println!("{}", json!({ "online": true })),
        Event::ServerAck(ack) if ack.class.as_deref() == Some("message") => {
            acknowledge.send(ack.id.to_string()).await.unwrap()
        }
        Event::Messages(batch) => {
            for message in batch.messages.iter() {
                println!("{}", json!({ "received": message.info.id.as_str() }));
            }
        }
        _ => {}
    }
}

fn text(number: u64) -> wa::Message {
    wa::Message { conversation: Some(format!("message {number}")), ..Default::default() }
}

/// The microseconds from each call to its acknowledgement.
async fn one_by_one(
    client: &Client,
    to: &Jid,
    count: u64,
    acknowledged: &mut Acknowledged,
) -> Result<Vec<f64>, Failure> {
    let mut micros = Vec::new();
    for number in 0..count {
        let began = Instant::now();
        let sent = client.send_message(to.clone(), text(number)).await?;
        while acknowledged.recv().await.as_deref() != Some(sent.message_id.as_str()) {}
        micros.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok(micros)
}

/// How long until all are acknowledged.
async fn pipelined(
    client: &Client,
    to: &Jid,
    count: u64,
    acknowledged: &mut Acknowledged,
) -> Result<Duration, Failure> {
    let began = Instant::now();
    let sending = async {
        let mut sent = HashSet::new();
        for number in 0..count {
            sent.insert(client.send_message(to.clone(), text(number)).await?.message_id);
        }
        Ok::<_, Failure>(sent)
    };
    let landing = async {
        let mut landed = HashSet::new();
        while landed.len() < usize::try_from(count).unwrap() {
            landed.extend(acknowledged.recv().await);
        }
        landed
    };
    let (sent, landed) = tokio::join!(sending, landing);
    assert_eq!(sent?, landed, "others were acknowledged than sent");
    Ok(began.elapsed())
}
