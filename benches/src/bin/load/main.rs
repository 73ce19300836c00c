//! A hundred instances under a steady load in both directions: nothing is lost, nothing comes
//! twice, each chat stays in order. `load RATE...`: messages a second of the whole fleet in
//! each direction, one minute each.

#![allow(clippy::disallowed_methods, reason = "benches are the gateway's clients")]

mod ledger;
mod traffic;

use std::time::Duration;

use anyhow::ensure;
use siskin_benches::{Memory, Stage, median, percentile, table};
use tokio::time::Instant;

use ledger::Ledger;

/// How many instances there are, each with a phone of its own that it writes with.
const INSTANCES: usize = 100;
/// The rates where none are given: 0.2 a second for each instance, 1, and 2.
const RATES: [f64; 3] = [20.0, 100.0, 200.0];
/// How long each rate is held.
const SPAN: Duration = Duration::from_secs(60);
/// How long the last message may take after that.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let given: Result<Vec<f64>, _> = std::env::args().skip(1).map(|rate| rate.parse()).collect();
    let rates = Some(given?).filter(|rates| !rates.is_empty()).unwrap_or(RATES.to_vec());
    let mut stage = Stage::start(INSTANCES, INSTANCES).await?;
    stage.tell(true).await?;
    // Everybody exchanges keys first; what that costs is not what is measured.
    run(&mut stage, 50.0, Duration::from_secs(2)).await?;
    let mut rows = Vec::new();
    for rate in rates {
        eprintln!("{rate} a second in each direction");
        rows.push(run(&mut stage, rate, SPAN).await?);
    }
    let headings = [
        "wanted/s",
        "each way",
        "reached/s",
        "sent p50",
        "p99",
        "received p50",
        "p99",
        "CPU",
        "MiB",
        "peak",
    ];
    table(headings, &rows);
    stage.end().await
}

/// Holds a rate for a time and checks what became of every message.
async fn run(stage: &mut Stage, rate: f64, span: Duration) -> anyhow::Result<[String; 10]> {
    stage.hooks.quiet().await;
    let memory = Memory::watch(&stage.gateway)?;
    let cpu = stage.gateway.cpu()?;
    let began = Instant::now();
    let traffic = traffic::start(stage, rate, span).await?;
    let mut ledger = Ledger::default();
    let written = ledger.follow(&mut stage.hooks, traffic, PATIENCE).await?;
    let took = began.elapsed().as_secs_f64();
    let cpu = (stage.gateway.cpu()? - cpu).as_secs_f64() / took;
    // What came twice would come by now.
    ledger.listen(&mut stage.hooks).await?;
    ledger.check(stage, &written)?;
    traffic::check_phones(stage, &written).await?;
    let (sent, received) = ledger.millis(&written);
    ensure!(median(&sent).is_some() && median(&received).is_some(), "nothing was told");
    let (before, peak) = memory.seen();
    let millis = |of: &[f64], hundredths| {
        format!("{:.0} ms", percentile(of, hundredths).unwrap_or_default())
    };
    Ok([
        format!("{rate:.0}"),
        written.each_way().to_string(),
        format!("{:.1}", written.each_way() as f64 / written.seconds()),
        millis(&sent, 50),
        millis(&sent, 99),
        millis(&received, 50),
        millis(&received, 99),
        format!("{:.0}%", cpu * 100.0),
        (before / 1024).to_string(),
        (peak / 1024).to_string(),
    ])
}
