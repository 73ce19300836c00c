use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::serve::ListenerExt as _;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How many webhooks may wait to be looked at; those after them wait to be answered.
const QUEUE: usize = 65_536;
/// How long the next webhook may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A webhook that came.
pub struct Hook {
    /// When its body was there.
    pub at: Instant,
    /// The notification.
    pub body: Value,
}

impl Hook {
    /// The instance that it is of.
    pub fn instance(&self) -> u64 {
        self.body["instanceData"]["idInstance"].as_u64().unwrap_or_default()
    }

    /// The id of the message that it tells of.
    pub fn message(&self) -> &str {
        self.body["idMessage"].as_str().unwrap_or_default()
    }

    /// Whether it tells that an outgoing message got so far.
    pub fn is_status(&self, status: &str) -> bool {
        self.body["typeWebhook"] == "outgoingMessageStatus" && self.body["status"] == status
    }

    /// The text of an incoming message, if it is one.
    pub fn incoming(&self) -> Option<&str> {
        let is_incoming = self.body["typeWebhook"] == "incomingMessageReceived";
        let data = &self.body["messageData"];
        let text =
            [&data["textMessageData"]["textMessage"], &data["extendedTextMessageData"]["text"]];
        text.into_iter().find_map(Value::as_str).filter(|_| is_incoming)
    }
}

/// A receiver of webhooks on loopback that notes when they came.
pub struct Hooks {
    url: String,
    came: mpsc::Receiver<Hook>,
    server: JoinHandle<()>,
}

impl Hooks {
    /// Starts a receiver; it ends when dropped.
    ///
    /// # Errors
    /// When there is no free port on loopback.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}/hook", listener.local_addr()?);
        let (sender, came) = mpsc::channel(QUEUE);
        let app = Router::new().fallback(receive).with_state(sender);
        let listener = listener.tap_io(|socket| {
            let _ = socket.set_nodelay(true);
        });
        let server = tokio::spawn(async move {
            // A failure shows as webhooks that do not come.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { url, came, server })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next webhook, in the order in which they came.
    ///
    /// # Errors
    /// When none comes for a minute.
    pub async fn next(&mut self) -> anyhow::Result<Hook> {
        let next = tokio::time::timeout(PATIENCE, self.came.recv()).await;
        next.with_context(|| format!("no webhook for {PATIENCE:?}"))?.context("no receiver")
    }

    /// When the first webhook came that is looked for; those before it are dropped.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn until(&mut self, is_it: impl Fn(&Hook) -> bool) -> anyhow::Result<Instant> {
        loop {
            let hook = self.next().await?;
            if is_it(&hook) {
                return Ok(hook.at);
            }
        }
    }

    /// When so many webhooks of a kind had come.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn until_all(
        &mut self,
        count: usize,
        is_one: impl Fn(&Hook) -> bool,
    ) -> anyhow::Result<Instant> {
        let mut last = Instant::now();
        for number in 1..=count {
            let what = || format!("webhook {number} of {count}");
            last = self.until(&is_one).await.with_context(what)?;
        }
        Ok(last)
    }

    /// Drops what comes, until nothing has come for a second.
    pub async fn quiet(&mut self) {
        let pause = Duration::from_secs(1);
        while let Ok(Some(_)) = tokio::time::timeout(pause, self.came.recv()).await {}
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(State(sender): State<mpsc::Sender<Hook>>, body: Bytes) -> StatusCode {
    let at = Instant::now();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    match sender.send(Hook { at, body }).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::GONE,
    }
}
