//! A simulator with its listener, stopped when dropped.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use siskin_simulator::{Config, LinkedDevice, Simulator};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, PATIENCE};

/// The first default phone.
pub const ANN: &str = "15550100001";
/// The second.
pub const BEN: &str = "15550100002";
/// The third.
pub const CHLOE: &str = "15550100003";

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
        Self::start_with(Config { data_dir: None, phones: 3 }, loopback(0)).await
    }

    /// Starts one that keeps so many phones in `folder`.
    pub async fn with_phones(folder: &Path, phones: usize) -> Self {
        let data_dir = Some(folder.to_owned());
        Self::start_with(Config { data_dir, phones }, loopback(0)).await
    }

    /// Starts one that keeps its state in `folder`.
    pub async fn in_folder(folder: &Path) -> Self {
        Self::in_folder_at(folder, loopback(0)).await
    }

    /// Starts one that keeps its state in `folder`, at the address of an earlier one.
    pub async fn in_folder_at(folder: &Path, address: SocketAddr) -> Self {
        let config = Config { data_dir: Some(folder.to_owned()), phones: 3 };
        Self::start_with(config, address).await
    }

    async fn start_with(config: Config, address: SocketAddr) -> Self {
        let sim = Simulator::start(config).await.unwrap();
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn({
            let (sim, shutdown) = (sim.clone(), shutdown.clone());
            async move { sim.serve(listener, shutdown).await }
        });
        Self { sim, address, shutdown, server }
    }

    /// Stops the server and waits until its folder is free.
    pub async fn stop(self) {
        self.shutdown.cancel();
        let held = Arc::downgrade(&self.sim);
        drop(self);
        until("the simulator to let go of its folder", || held.strong_count() == 0).await;
    }

    /// Waits until so many sockets are open: a client's last one takes a moment to close.
    pub async fn sockets_settle_at(&self, count: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let open = self.sim.status().await.sockets_open;
            if open == count {
                return;
            }
            assert!(Instant::now() < deadline, "{open} sockets are open, not {count}");
            tokio::task::yield_now().await;
        }
    }

    /// The devices linked to a phone.
    pub async fn linked(&self, phone: &str) -> Vec<LinkedDevice> {
        let phones = self.sim.phones().await;
        let phone = phones.into_iter().find(|entry| entry.phone == phone);
        phone.unwrap().linked_devices
    }

    /// The user part of a phone's LID.
    pub async fn lid(&self, phone: &str) -> String {
        let phones = self.sim.phones().await;
        let phone = phones.into_iter().find(|entry| entry.phone == phone);
        phone.unwrap().lid.split('@').next().unwrap().to_owned()
    }

    /// A client linked to `phone` by QR and logged in.
    pub async fn linked_client(&self, phone: &str) -> Client {
        let client = Client::new(self.address).await;
        self.sim.scan(phone, &client.qr().await).await.unwrap();
        client.connected().await;
        client
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Polls until `done`; fails with `what` when it takes too long.
pub async fn until(what: &str, done: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "waited too long for {what}");
        tokio::task::yield_now().await;
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.shutdown.cancel();
        self.server.abort();
    }
}
