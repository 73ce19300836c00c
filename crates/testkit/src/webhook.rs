use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// How long a test waits for the next delivery.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many deliveries may wait to be looked at.
const QUEUE: usize = 4096;

/// A webhook on loopback that remembers what it got.
pub struct WebhookReceiver {
    url: String,
    status: Arc<AtomicU16>,
    delivered: Mutex<mpsc::Receiver<Delivered>>,
    server: JoinHandle<()>,
}

/// One delivery.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The headers, with lower-case names.
    pub headers: HeaderMap,
    /// The body.
    pub body: Value,
}

#[derive(Clone)]
struct Desk {
    status: Arc<AtomicU16>,
    delivered: mpsc::Sender<Delivered>,
}

impl WebhookReceiver {
    /// Starts one that accepts everything.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/hook", listener.local_addr()?);
        let (sender, delivered) = mpsc::channel(QUEUE);
        let status = Arc::new(AtomicU16::new(200));
        let desk = Desk { status: status.clone(), delivered: sender };
        let app = Router::new().fallback(receive).with_state(desk);
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { url, status, delivered: Mutex::new(delivered), server })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers with this status from now on.
    pub fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The next delivery.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next(&self) -> anyhow::Result<Delivered> {
        tokio::time::timeout(PATIENCE, async { self.delivered.lock().await.recv().await })
            .await
            .context("no notification was delivered")?
            .context("the receiver has ended")
    }
}

impl Drop for WebhookReceiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(State(desk): State<Desk>, headers: HeaderMap, body: String) -> StatusCode {
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    let _ = desk.delivered.send(Delivered { headers, body }).await;
    StatusCode::from_u16(desk.status.load(Ordering::SeqCst)).unwrap_or(StatusCode::OK)
}
