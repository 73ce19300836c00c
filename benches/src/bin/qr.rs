//! `GET /qr` with a ready code against a bare axum route that returns the same bytes: two
//! processes, one client, taking turns.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use axum::body::Bytes;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use futures::future::try_join_all;
use siskin_benches::{Connection, Process, gateway, median, simulator, table};
use tokio::net::TcpListener;

/// Requests of one round, over all its connections.
const REQUESTS: usize = 4000;
/// Rounds of which the median counts; each server has its turn in each.
const ROUNDS: usize = 15;
/// How many connections there are at the same time.
const CONNECTIONS: [usize; 2] = [1, 8];
/// The highest ratio that is acceptable.
const BOUND: f64 = 1.5;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1) {
        Some(body) => serve_bare(Path::new(&body)).await,
        None => compare().await,
    }
}

/// The least that axum can do: one route, one body that is shared.
async fn serve_bare(body: &Path) -> anyhow::Result<()> {
    let body = Bytes::from(std::fs::read(body)?);
    let answer = move || std::future::ready(([("content-type", "application/json")], body.clone()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{{\"url\":\"http://{}/qr\"}}", listener.local_addr()?);
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    Ok(axum::serve(listener, axum::Router::new().route("/qr", get(answer))).await?)
}

async fn compare() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let network = simulator(1)?;
    let gateway = gateway(&network, &folder.path().join("data"), 1, &[])?;
    let qr_url = gateway.qr_urls()?.pop().context("there is no instance")?;
    let body = Connection::open(&qr_url).await?.get().await?.to_vec();
    ensure!(body.starts_with(b"{\"type\":\"qrCode\""), "there is no code");
    let file = folder.path().join("body");
    std::fs::write(&file, &body)?;
    let bare = Process::start(Command::new(std::env::current_exe()?).arg(&file))?;
    let bare_url = bare.text("url")?;
    println!("an answer of {} bytes; medians of {ROUNDS} rounds\n", body.len());
    let mut rows = Vec::new();
    let mut worst = 0.0_f64;
    for connections in CONNECTIONS {
        let (gateway, bare) = take_turns(&qr_url, bare_url, connections).await?;
        let ratio = gateway / bare;
        worst = worst.max(ratio);
        let cells = [format!("{bare:.1} us"), format!("{gateway:.1} us"), format!("{ratio:.2}")];
        let [bare, gateway, ratio] = cells;
        rows.push([connections.to_string(), bare, gateway, ratio]);
    }
    table(["connections", "bare axum", "GET /qr", "ratio"], &rows);
    gateway.terminate().await?;
    network.terminate().await?;
    ensure!(worst <= BOUND, "the ratio is above {BOUND}");
    Ok(())
}

/// The median time of a request to each, in microseconds of the whole divided by requests.
async fn take_turns(one: &str, other: &str, connections: usize) -> anyhow::Result<(f64, f64)> {
    let mut times = (Vec::new(), Vec::new());
    // One round more: the first warms both up and does not count.
    for counts in (0..=ROUNDS).map(|round| round > 0) {
        let (first, second) = (round(one, connections).await?, round(other, connections).await?);
        if counts {
            times.0.push(first);
            times.1.push(second);
        }
    }
    median(&times.0).zip(median(&times.1)).context("there was no round")
}

async fn round(url: &str, connections: usize) -> anyhow::Result<f64> {
    let opened = try_join_all((0..connections).map(|_| Connection::open(url))).await?;
    let began = Instant::now();
    try_join_all(
        opened.into_iter().map(|connection| tokio::spawn(requests(connection, connections))),
    )
    .await?
    .into_iter()
    .collect::<anyhow::Result<()>>()?;
    Ok(micros(began.elapsed()) / REQUESTS as f64)
}

async fn requests(mut connection: Connection, connections: usize) -> anyhow::Result<()> {
    for _ in 0..REQUESTS / connections {
        connection.get().await?;
    }
    Ok(())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
