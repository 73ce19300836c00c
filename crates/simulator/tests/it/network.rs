//! A simulator with its listener, stopped when dropped.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use siskin_simulator::{Config, Simulator};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The first two default phones.
pub const ANN: &str = "15550100001";

/// A running network.
pub struct Network {
    pub sim: Arc<Simulator>,
    pub address: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

impl Network {
    /// Starts one in memory with three phones.
    pub async fn start() -> Self {
        Self::start_with(Config { data_dir: None, phones: 3 }).await
    }

    /// Starts one that keeps its state in `folder`.
    pub async fn start_in(folder: &Path) -> Self {
        Self::start_with(Config { data_dir: Some(folder.to_owned()), phones: 3 }).await
    }

    async fn start_with(config: Config) -> Self {
        let sim = Simulator::start(config).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn({
            let (sim, shutdown) = (sim.clone(), shutdown.clone());
            async move { sim.serve(listener, shutdown).await }
        });
        Self { sim, address, shutdown, server }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.shutdown.cancel();
        self.server.abort();
    }
}
