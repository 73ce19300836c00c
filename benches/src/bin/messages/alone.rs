use siskin_benches::{Engine, Stage, chat, percentile};
use tokio::time::Instant;

use crate::{Figures, receiving};

/// As many messages as of the gateway.
const ONE_BY_ONE: usize = 300;
/// The same, of those that are sent without waiting.
const PIPELINED: usize = 2000;

/// The engine alone does what the gateway does: it sends to another phone, and others write
/// to it. Nothing is accepted, recorded or told.
pub async fn measure(
    stage: &Stage,
    engine: &mut Engine,
    [own, other]: [&str; 2],
    figures: &mut Figures,
) -> anyhow::Result<()> {
    // The first message to somebody costs the exchange of keys.
    engine.one_by_one(1, other).await?;
    let micros = engine.one_by_one(ONE_BY_ONE, other).await?;
    let of = |hundredths| percentile(&micros, hundredths).unwrap_or_default();
    figures.insert("6 engine: sent, us, p50".to_owned(), of(50));
    figures.insert("6 engine: sent, us, p99".to_owned(), of(99));
    let cpu = engine.cpu()?;
    let seconds = engine.pipelined(PIPELINED, other).await?;
    let cpu = (engine.cpu()? - cpu).as_secs_f64() * 1e6 / PIPELINED as f64;
    figures.insert("6 engine: sent/s".to_owned(), PIPELINED as f64 / seconds);
    figures.insert("6 engine: CPU us/sent".to_owned(), cpu);

    receiving(stage, engine, own, figures).await
}

async fn receiving(
    stage: &Stage,
    engine: &mut Engine,
    own: &str,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let to = chat(own);
    let mut phones = stage.phones().await?;
    let path = format!("/sandbox/phones/{}/messages", stage.others[0]);
    let mut micros = Vec::new();
    for number in 0..=ONE_BY_ONE {
        let began = Instant::now();
        phones.post(&path, &receiving::message(&to, "single")).await?;
        let received = engine.received(1).await?;
        // Not the first one, which comes with the keys.
        if number > 0 {
            micros.push((received - began).as_secs_f64() * 1e6);
        }
    }
    let of = |hundredths| percentile(&micros, hundredths).unwrap_or_default();
    figures.insert("6 engine: received, us, p50".to_owned(), of(50));
    figures.insert("6 engine: received, us, p99".to_owned(), of(99));
    let count = receiving::burst_length();
    let cpu = engine.cpu()?;
    let began = Instant::now();
    let phones = receiving::start_burst(stage, &to).await?;
    let received = engine.received(count).await? - began;
    let cpu = (engine.cpu()? - cpu).as_secs_f64() * 1e6 / count as f64;
    phones.await??;
    figures.insert("6 engine: received/s".to_owned(), count as f64 / received.as_secs_f64());
    figures.insert("6 engine: CPU us/received".to_owned(), cpu);
    Ok(())
}
