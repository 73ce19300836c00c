use futures::future::try_join_all;
use serde_json::{Value, json};
use siskin_benches::{Connection, Hook, Stage, percentile};
use tokio::time::Instant;

use crate::Figures;

/// How many messages come one by one.
const ONE_BY_ONE: usize = 300;
/// How many come in a burst.
const BURST: usize = 2000;
/// How many phones write at the same time.
const PHONES: usize = 8;

/// Other phones write to the first instance.
pub async fn measure(stage: &mut Stage, figures: &mut Figures) -> anyhow::Result<()> {
    stage.tell(true).await?;
    let to = stage.instances[0].chat();
    for other in &stage.others[..PHONES] {
        write(stage.phones().await?, other.clone(), to.clone(), 1).await?;
    }
    stage.hooks.quiet().await;
    one_by_one(stage, &to, figures).await?;
    burst(stage, &to, figures).await?;
    stage.tell(false).await
}

/// What a phone is told to write.
pub fn message(to: &str, text: &str) -> Value {
    json!({ "chatId": to, "kind": "text", "text": text })
}

/// Has a phone write so many messages.
pub async fn write(
    mut phones: Connection,
    from: String,
    to: String,
    count: usize,
) -> anyhow::Result<()> {
    let path = format!("/sandbox/phones/{from}/messages");
    for number in 0..count {
        phones.post(&path, &message(&to, &format!("burst {number}"))).await?;
    }
    Ok(())
}

/// From the phone's call to the webhook, one message after the other.
async fn one_by_one(stage: &mut Stage, to: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let mut phones = stage.phones().await?;
    let path = format!("/sandbox/phones/{}/messages", stage.others[0]);
    let mut micros = Vec::new();
    for number in 0..ONE_BY_ONE {
        let text = format!("single {number}");
        let began = Instant::now();
        phones.post(&path, &message(to, &text)).await?;
        let told = stage.hooks.until(|hook| hook.incoming() == Some(&text)).await?;
        micros.push((told - began).as_secs_f64() * 1e6);
    }
    let of = |hundredths| percentile(&micros, hundredths).unwrap_or_default();
    figures.insert("4 received and told, us, p50".to_owned(), of(50));
    figures.insert("4 received and told, us, p99".to_owned(), of(99));
    Ok(())
}

/// From the first call of several phones to the last webhook.
async fn burst(stage: &mut Stage, to: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let cpu = stage.gateway.cpu()?;
    let began = Instant::now();
    let phones = start_burst(stage, to).await?;
    let told = stage.hooks.until_all(BURST, |hook: &Hook| hook.incoming().is_some()).await?;
    let cpu = (stage.gateway.cpu()? - cpu).as_secs_f64() * 1e6 / BURST as f64;
    let written = phones.await?? - began;
    figures.insert("4 received/s".to_owned(), BURST as f64 / (told - began).as_secs_f64());
    figures.insert("4 written by phones/s".to_owned(), BURST as f64 / written.as_secs_f64());
    figures.insert("5 CPU us/received and told".to_owned(), cpu);
    Ok(())
}

/// Has several phones write [`BURST`] messages in all; when they had.
pub async fn start_burst(
    stage: &Stage,
    to: &str,
) -> anyhow::Result<tokio::task::JoinHandle<anyhow::Result<Instant>>> {
    let opened = try_join_all((0..PHONES).map(|_| stage.phones())).await?;
    let from: Vec<String> = stage.others[..PHONES].to_vec();
    let to = to.to_owned();
    Ok(tokio::spawn(async move {
        let writing = opened.into_iter().zip(from).map(|(connection, from)| {
            tokio::spawn(write(connection, from, to.clone(), BURST / PHONES))
        });
        try_join_all(writing).await?.into_iter().collect::<anyhow::Result<()>>()?;
        Ok(Instant::now())
    }))
}

/// How many messages a burst has.
pub const fn burst_length() -> usize {
    BURST
}
