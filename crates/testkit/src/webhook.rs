use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinHandle;

/// How long [`WebhookReceiver::next`] waits. Generous: it is only waited for by a test that
/// fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many requests a test may leave unlooked at.
const DELIVERED_QUEUE: usize = 4096;

/// An HTTP server on loopback that records what is sent to it and answers as told.
pub struct WebhookReceiver {
    url: String,
    answers: Arc<Mutex<Answers>>,
    delivered: AsyncMutex<mpsc::Receiver<Delivered>>,
    server: JoinHandle<()>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// Its path, with the query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null if it was not JSON.
    pub body: Value,
}

impl Delivered {
    /// The text of a header, if there is exactly one of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { first.to_str().ok() }
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    after: Duration,
    location: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    /// At once, with a status and an empty body. A number that is no status becomes 500.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, after: Duration::ZERO, location: None, body: Vec::new() }
    }

    /// Not within the life of a test.
    pub fn never() -> Self {
        Self::status(200).after(Duration::from_secs(24 * 3600))
    }

    /// The same after a time.
    pub fn after(self, delay: Duration) -> Self {
        Self { after: delay, ..self }
    }

    /// The same, pointing elsewhere.
    pub fn location(self, url: &str) -> Self {
        Self { location: Some(url.to_owned()), ..self }
    }

    /// The same with a body.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    async fn give(self) -> Response {
        tokio::time::sleep(self.after).await;
        let mut response = (self.status, self.body).into_response();
        if let Some(location) = self.location.and_then(|location| location.parse().ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// The answers to the next requests, and to all that come after them.
struct Answers {
    next: VecDeque<Answer>,
    then: Answer,
}

#[derive(Clone)]
struct Receiver {
    answers: Arc<Mutex<Answers>>,
    delivered: mpsc::Sender<Delivered>,
}

impl WebhookReceiver {
    /// Starts a receiver that answers 200 unless told otherwise; it ends when dropped.
    ///
    /// # Errors
    /// When there is no free port on loopback.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port")?;
        let url = format!("http://{}", listener.local_addr()?);
        let answers = Answers { next: VecDeque::new(), then: Answer::status(200) };
        let answers = Arc::new(Mutex::new(answers));
        let (sender, delivered) = mpsc::channel(DELIVERED_QUEUE);
        let desk = Receiver { answers: answers.clone(), delivered: sender };
        let app = Router::new().fallback(receive).with_state(desk);
        let server = tokio::spawn(async move {
            // Serving ends with the task; a failure shows as a request that is not delivered.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { url, answers, delivered: AsyncMutex::new(delivered), server })
    }

    /// Where it listens, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The answers to the next requests, in order; after them it is as before.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().next.extend(answers);
    }

    /// Answers with this status from now on.
    pub fn answer_with(&self, status: u16) {
        let mut answers = self.answers.lock();
        *answers = Answers { next: VecDeque::new(), then: Answer::status(status) };
    }

    /// The next request, in the order in which they came.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next(&self) -> anyhow::Result<Delivered> {
        let mut delivered = self.delivered.lock().await;
        let next = tokio::time::timeout(PATIENCE, delivered.recv()).await;
        let next = next.with_context(|| format!("no webhook came within {PATIENCE:?}"))?;
        next.context("the receiver has ended")
    }

    /// A request that has come already and was not looked at yet.
    pub async fn already(&self) -> Option<Delivered> {
        self.delivered.lock().await.try_recv().ok()
    }
}

impl Drop for WebhookReceiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(
    State(desk): State<Receiver>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = {
        let mut answers = desk.answers.lock();
        answers.next.pop_front().unwrap_or_else(|| answers.then.clone())
    };
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    if desk.delivered.send(Delivered { path, headers, body }).await.is_err() {
        return StatusCode::GONE.into_response();
    }
    answer.give().await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    async fn post(receiver: &WebhookReceiver, body: &str) -> String {
        let address = receiver.url().trim_start_matches("http://");
        let mut socket = TcpStream::connect(address).await.unwrap();
        let length = body.len();
        let request = format!(
            "POST /hook?a=1 HTTP/1.1\r\nhost: test\r\nx-kind: one\r\nconnection: close\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn it_records_requests_and_answers_as_told() {
        let receiver = WebhookReceiver::start().await.unwrap();
        receiver.answer([Answer::status(503).body("busy")]);
        let first = post(&receiver, r#"{"n":1}"#).await;
        assert!(first.starts_with("HTTP/1.1 503") && first.ends_with("busy"), "{first}");
        assert!(post(&receiver, "no JSON").await.starts_with("HTTP/1.1 200"));

        let delivered = receiver.next().await.unwrap();
        assert_eq!(delivered.path, "/hook?a=1");
        assert_eq!(delivered.header("x-kind"), Some("one"));
        assert_eq!(delivered.body["n"], 1);
        assert_eq!(receiver.next().await.unwrap().body, Value::Null);
        assert!(receiver.already().await.is_none());
    }
}
