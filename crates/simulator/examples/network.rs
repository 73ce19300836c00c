//! A simulated network on one loopback port, websocket and phone API together:
//! `cargo run -p siskin-simulator --example network -- 9090 [DATA_DIR]`.

use std::path::PathBuf;

use siskin_simulator::{Config, Simulator, WEBSOCKET_PATH, phone_api, serve_router, websocket};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    tracing_subscriber::fmt()
        .with_env_filter(filter.from_env_lossy())
        .with_writer(std::io::stderr)
        .init();
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().unwrap_or_else(|| "0".to_owned()).parse()?;
    let config = Config { data_dir: arguments.next().map(PathBuf::from), phones: 3 };
    let simulator = Simulator::start(config).await?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    println!("PHONES_URL=http://{address} SIMULATOR_URL=ws://{address}{WEBSOCKET_PATH}");
    let shutdown = CancellationToken::new();
    let router = phone_api(simulator.clone()).merge(websocket(simulator, shutdown.clone()));
    let interrupt = shutdown.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            interrupt.cancel();
        }
    });
    serve_router(listener, router, shutdown).await?;
    Ok(())
}
