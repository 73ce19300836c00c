use std::time::Duration;

use futures::future::try_join_all;
use serde_json::{Value, json};
use siskin_benches::{Connection, Linked, Stage, chat, percentile};
use tokio::time::Instant;

use crate::{Figures, MANY};

/// How many messages are accepted, and sent one by one.
const ONE_BY_ONE: usize = 300;
/// How many are sent without waiting.
const PIPELINED: usize = 2000;
/// How many callers send at the same time.
const CALLERS: usize = 16;
/// How often the counters are looked at.
const LOOK: Duration = Duration::from_millis(10);
/// How long sending so many messages may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// The counter of messages that WhatsApp's server has.
const SENT: &str = "siskin_sends_total{result=\"sent\"}";

/// One writes to another phone, many each to one of their own.
pub async fn measure(stage: &mut Stage, figures: &mut Figures) -> anyhow::Result<()> {
    warm_up(stage).await?;
    accepted(stage, figures).await?;
    pipelined_one(stage, figures, "").await?;
    stage.tell(true).await?;
    stage.hooks.quiet().await;
    one_by_one(stage, figures).await?;
    told(stage, figures).await?;
    stage.tell(false).await
}

/// The first message to somebody costs the exchange of keys.
async fn warm_up(stage: &Stage) -> anyhow::Result<()> {
    let before = stage.counted(SENT).await?;
    for (instance, other) in stage.instances.iter().zip(&stage.others) {
        let mut api = stage.api().await?;
        api.post(&instance.path("sendMessage"), &message(other, 0)).await?;
    }
    until_sent(stage, before, MANY).await?;
    Ok(())
}

fn message(to: &str, number: usize) -> Value {
    json!({ "chatId": chat(to), "message": format!("message {number}") })
}

/// Calls of the API that are answered in a second, while what they accept is sent.
async fn accepted(stage: &Stage, figures: &mut Figures) -> anyhow::Result<()> {
    for callers in [1, CALLERS] {
        let before = stage.counted(SENT).await?;
        let took = call(stage, 1, callers, PIPELINED).await?;
        let name = format!("1 accepted/s, {callers} callers");
        figures.insert(name, PIPELINED as f64 / took.as_secs_f64());
        until_sent(stage, before, PIPELINED).await?;
    }
    Ok(())
}

/// Has so many callers hand in messages of so many instances; how long that took.
async fn call(
    stage: &Stage,
    instances: usize,
    callers: usize,
    count: usize,
) -> anyhow::Result<Duration> {
    let opened = try_join_all((0..callers).map(|_| stage.api())).await?;
    let began = Instant::now();
    let calls = opened.into_iter().enumerate().map(|(caller, api)| {
        let index = caller % instances;
        let (from, to) = (stage.instances[index].clone(), stage.others[index].clone());
        tokio::spawn(calls(api, from, to, count / callers))
    });
    try_join_all(calls).await?.into_iter().collect::<anyhow::Result<()>>()?;
    Ok(began.elapsed())
}

async fn calls(mut api: Connection, from: Linked, to: String, count: usize) -> anyhow::Result<()> {
    for number in 0..count {
        api.post(&from.path("sendMessage"), &message(&to, number)).await?;
    }
    Ok(())
}

async fn until_sent(stage: &Stage, before: u64, count: usize) -> anyhow::Result<Instant> {
    let wanted = before + u64::try_from(count)?;
    let end = Instant::now() + PATIENCE;
    loop {
        let sent = stage.counted(SENT).await?;
        if sent >= wanted {
            return Ok(Instant::now());
        }
        anyhow::ensure!(Instant::now() < end, "{sent} of {wanted} sent");
        tokio::time::sleep(LOOK).await;
    }
}

/// From the first call to the last acknowledgement, of one instance and of many. The owner
/// polls: no webhook shares the two cores.
pub async fn pipelined_one(
    stage: &mut Stage,
    figures: &mut Figures,
    which: &str,
) -> anyhow::Result<()> {
    let named = |name: &str| match which {
        "" => name.to_owned(),
        which => format!("{name}, {which}"),
    };
    let (rate, cpu) = pipelined(stage, 1).await?;
    figures.insert(named("3 sent/s, one"), rate);
    figures.insert(named("5 CPU us/sent, one"), cpu);
    if which.is_empty() {
        let (rate, cpu) = pipelined(stage, MANY).await?;
        figures.insert("3 sent/s, many".to_owned(), rate);
        figures.insert("5 CPU us/sent, many".to_owned(), cpu);
    }
    Ok(())
}

async fn pipelined(stage: &Stage, instances: usize) -> anyhow::Result<(f64, f64)> {
    let callers = instances.max(4);
    let count = PIPELINED / callers * callers;
    let (before, cpu) = (stage.counted(SENT).await?, stage.gateway.cpu()?);
    let began = Instant::now();
    call(stage, instances, callers, count).await?;
    let took = until_sent(stage, before, count).await? - began;
    let cpu = (stage.gateway.cpu()? - cpu).as_secs_f64() * 1e6 / count as f64;
    Ok((count as f64 / took.as_secs_f64(), cpu))
}

/// From the call to the webhook that says `sent`, one message after the other.
async fn one_by_one(stage: &mut Stage, figures: &mut Figures) -> anyhow::Result<()> {
    let (from, to) = (stage.instances[0].clone(), stage.others[0].clone());
    let mut api = stage.api().await?;
    let mut micros = Vec::new();
    for number in 0..ONE_BY_ONE {
        let began = Instant::now();
        let answer = api.post(&from.path("sendMessage"), &message(&to, number)).await?;
        let answer: Value = serde_json::from_slice(answer)?;
        let id = answer["idMessage"].as_str().unwrap_or_default();
        let is_it = |hook: &siskin_benches::Hook| hook.is_status("sent") && hook.message() == id;
        let told = stage.hooks.until(is_it).await?;
        micros.push((told - began).as_secs_f64() * 1e6);
        // Until it is delivered, so that nothing of this message falls to the next one.
        stage.hooks.until(|hook| hook.is_status("delivered")).await?;
    }
    let of = |hundredths| percentile(&micros, hundredths).unwrap_or_default();
    figures.insert("2 sent and told, us, p50".to_owned(), of(50));
    figures.insert("2 sent and told, us, p99".to_owned(), of(99));
    Ok(())
}

/// As pipelined, with every webhook: that it was accepted, sent and delivered.
async fn told(stage: &mut Stage, figures: &mut Figures) -> anyhow::Result<()> {
    for (instances, name) in [(1, "one"), (MANY, "many")] {
        let callers = instances.max(4);
        let count = PIPELINED / callers * callers;
        let cpu = stage.gateway.cpu()?;
        let began = Instant::now();
        call(stage, instances, callers, count).await?;
        let delivered = |hook: &siskin_benches::Hook| hook.is_status("delivered");
        let took = stage.hooks.until_all(count, delivered).await? - began;
        let cpu = (stage.gateway.cpu()? - cpu).as_secs_f64() * 1e6 / count as f64;
        let rate = count as f64 / took.as_secs_f64();
        figures.insert(format!("3 sent and told of thrice/s, {name}"), rate);
        figures.insert(format!("5 CPU us/sent and told of thrice, {name}"), cpu);
    }
    Ok(())
}
