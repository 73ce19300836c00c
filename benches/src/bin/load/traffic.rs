//! Everybody writes at a steady pace.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use futures::future::try_join_all;
use serde_json::{Value, json};
use siskin_benches::{Connection, Stage, chat};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};

/// A message that was handed in.
pub struct Written {
    /// Its id, as the API or the phone gave it.
    pub id: String,
    /// Its text.
    pub text: String,
    /// When the call began.
    pub at: Instant,
}

/// All that was written, by the place of the instance.
pub struct Everything {
    /// From the instances to the phones.
    pub sent: Vec<Vec<Written>>,
    /// From the phones to the instances.
    pub received: Vec<Vec<Written>>,
    took: Duration,
}

impl Everything {
    /// How many messages went each way.
    pub fn each_way(&self) -> usize {
        self.sent.iter().map(Vec::len).sum()
    }

    /// How long writing took.
    pub fn seconds(&self) -> f64 {
        self.took.as_secs_f64()
    }
}

/// Who writes: the path to post to, and what to post but for the text.
struct Writer {
    connection: Connection,
    path: String,
    body: Value,
    key: &'static str,
}

/// Has each instance and its phone write to each other, so that both directions reach the
/// rate; they begin one after the other, evenly.
pub async fn start(
    stage: &Stage,
    rate: f64,
    span: Duration,
) -> anyhow::Result<JoinHandle<anyhow::Result<Everything>>> {
    let mut senders = Vec::new();
    let mut phones = Vec::new();
    for (instance, other) in stage.instances.iter().zip(&stage.others) {
        senders.push(Writer {
            connection: stage.api().await?,
            path: instance.path("sendMessage"),
            body: json!({ "chatId": chat(other) }),
            key: "message",
        });
        phones.push(Writer {
            connection: stage.phones().await?,
            path: format!("/sandbox/phones/{other}/messages"),
            body: json!({ "chatId": instance.chat(), "kind": "text" }),
            key: "text",
        });
    }
    let period = Duration::from_secs_f64(senders.len() as f64 / rate);
    Ok(tokio::spawn(async move {
        let began = Instant::now();
        let (sent, received) =
            tokio::join!(all(senders, "sent", period, span), all(phones, "received", period, span));
        Ok(Everything { sent: sent?, received: received?, took: began.elapsed() })
    }))
}

async fn all(
    writers: Vec<Writer>,
    what: &'static str,
    period: Duration,
    span: Duration,
) -> anyhow::Result<Vec<Vec<Written>>> {
    let count = writers.len();
    let began = Instant::now();
    let tasks = writers.into_iter().enumerate().map(|(index, writer)| {
        let first = began
            + period * u32::try_from(index).unwrap_or_default() / u32::try_from(count).unwrap_or(1);
        tokio::spawn(write(writer, what, first, period, began + span))
    });
    try_join_all(tasks).await?.into_iter().collect()
}

/// Whoever is late writes at once until he is not.
async fn write(
    mut writer: Writer,
    what: &str,
    first: Instant,
    period: Duration,
    end: Instant,
) -> anyhow::Result<Vec<Written>> {
    let mut written = Vec::new();
    let mut pace = tokio::time::interval_at(first, period);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    loop {
        let tick = pace.tick().await;
        if tick >= end {
            return Ok(written);
        }
        let text = format!("{what} {} of {first:?}", written.len());
        writer.body[writer.key] = json!(text);
        let at = Instant::now();
        let answer = writer.connection.post(&writer.path, &writer.body).await?;
        let answer: Value = serde_json::from_slice(answer)?;
        let id = answer["idMessage"].as_str().or(answer["id"].as_str());
        written.push(Written { id: id.context("no id")?.to_owned(), text, at });
    }
}

/// Each phone has what its instance sent, once, in order.
pub async fn check_phones(stage: &Stage, written: &Everything) -> anyhow::Result<()> {
    let phones = stage.network.text("phonesUrl")?;
    for (sent, phone) in written.sent.iter().zip(&stage.others) {
        let url = format!("{phones}/sandbox/phones/{phone}/messages?fromMe=false");
        let rows: Vec<Value> = reqwest::Client::new().get(url).send().await?.json().await?;
        let texts = rows.iter().filter_map(|row| row["text"].as_str());
        let first = sent.first().map_or("", |message| &message.text);
        let shown: Vec<&str> = texts.skip_while(|text| *text != first).collect();
        let expected: Vec<&str> = sent.iter().map(|message| message.text.as_str()).collect();
        ensure!(
            shown == expected,
            "phone {phone} shows {} of {} messages, or in another order",
            shown.len(),
            expected.len()
        );
    }
    Ok(())
}
