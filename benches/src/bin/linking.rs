//! A hundred instances that link at once, each by the picture of its code: how long until
//! the last one is authorized.

use std::time::Instant;

use futures::future::try_join_all;
use siskin_benches::{Gateway, gateway, median, simulator, table};

/// How many link at once.
const MANY: usize = 100;
/// Runs of which the median counts.
const RUNS: usize = 5;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut seconds = Vec::new();
    for _ in 0..RUNS {
        seconds.push(run().await?);
    }
    let rows: Vec<[String; 2]> = seconds
        .iter()
        .enumerate()
        .map(|(run, seconds)| [(run + 1).to_string(), format!("{seconds:.2} s")])
        .collect();
    table(["run", "the last authorized"], &rows);
    println!("\nmedian of {MANY} at once: {:.2} s", median(&seconds).unwrap_or_default());
    Ok(())
}

async fn run() -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let network = simulator(MANY)?;
    let process = gateway(&network, folder.path(), MANY, &[])?;
    let gateway = Gateway::of(&process)?;
    let (urls, phones) = (process.qr_urls()?, network.phones()?);
    let began = Instant::now();
    let links = urls.into_iter().zip(phones).map(|(url, phone)| {
        let gateway = gateway.clone();
        tokio::spawn(async move { gateway.link(&url, &phone).await })
    });
    try_join_all(links).await?.into_iter().collect::<anyhow::Result<()>>()?;
    gateway.until_authorized(MANY).await?;
    let took = began.elapsed().as_secs_f64();
    process.terminate().await?;
    network.terminate().await?;
    Ok(took)
}
