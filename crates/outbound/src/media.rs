use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response};
use tokio::sync::mpsc;

use crate::error::host;
use crate::{Outbound, OutboundError};

/// How long the other side may be silent: until its answer begins, and between two pieces.
const SILENCE: Duration = Duration::from_secs(60);
/// How many bytes a second must at least be taken of what is sent.
const SLOWEST: u64 = 32 * 1024;

/// A request of a protocol that has HTTP for its files.
#[derive(Debug)]
pub struct Exchange {
    /// Whether it sends something: POST instead of GET.
    pub post: bool,
    /// The whole address.
    pub url: String,
    /// Headers, by name and value.
    pub headers: Vec<(String, String)>,
    /// What it sends.
    pub body: ExchangeBody,
}

/// What a request sends.
#[derive(Debug)]
pub enum ExchangeBody {
    /// Nothing.
    Empty,
    /// Something that is in memory.
    Whole(Bytes),
    /// Pieces that come one after the other.
    Pieces {
        /// The pieces; the request fails if they end early.
        pieces: mpsc::Receiver<Bytes>,
        /// How many bytes they have together: told beforehand, since media servers refuse
        /// a body of unknown length.
        length: u64,
    },
}

/// An answer of any status, whose body is still on the way.
#[derive(Debug)]
pub struct ExchangeAnswer {
    response: Response,
    url: url::Url,
}

impl Outbound {
    /// Makes a request and waits until its answer begins. Every status is an answer.
    ///
    /// # Errors
    /// When there is none in time, which is a minute and what the body takes at 32 KiB a
    /// second; see [`OutboundError`].
    pub async fn exchange(&self, exchange: Exchange) -> Result<ExchangeAnswer, OutboundError> {
        let (client, url) = self.client_for(&exchange.url)?;
        let method = if exchange.post { Method::POST } else { Method::GET };
        let mut headers = headers(&exchange.headers)?;
        let length = match &exchange.body {
            ExchangeBody::Empty => 0,
            ExchangeBody::Whole(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            ExchangeBody::Pieces { length, .. } => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from(*length));
                *length
            }
        };
        let request = client.request(method, url.clone()).headers(headers);
        let request = match exchange.body {
            ExchangeBody::Empty => request,
            ExchangeBody::Whole(bytes) => request.body(bytes),
            ExchangeBody::Pieces { pieces, .. } => request.body(stream(pieces)),
        };
        let patience = SILENCE + Duration::from_secs(length / SLOWEST);
        let answer = tokio::time::timeout(patience, request.send()).await;
        let answer = answer.map_err(|_| OutboundError::TimedOut)?;
        let response = answer.map_err(|error| OutboundError::failed(&url, error))?;
        Ok(ExchangeAnswer { response, url })
    }
}

impl ExchangeAnswer {
    /// Its status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The next piece of its body; `None` at the end.
    ///
    /// # Errors
    /// `TimedOut` after a minute without a byte; `Unreachable` when the connection breaks.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, OutboundError> {
        let piece = tokio::time::timeout(SILENCE, self.response.chunk()).await;
        let piece = piece.map_err(|_| OutboundError::TimedOut)?;
        piece.map_err(|error| OutboundError::failed(&self.url, error))
    }

    /// All of its body, which has at most `largest` bytes.
    ///
    /// # Errors
    /// As [`Self::piece`]; `TooLarge` when there is more.
    pub async fn whole(mut self, largest: usize) -> Result<Vec<u8>, OutboundError> {
        let mut body = Vec::new();
        while let Some(piece) = self.piece().await? {
            if body.len() + piece.len() > largest {
                let largest = u64::try_from(largest).unwrap_or(u64::MAX);
                return Err(OutboundError::TooLarge { host: host(&self.url), largest, size: None });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, OutboundError> {
    let pairs = pairs.iter().map(|(name, value)| {
        let name = HeaderName::try_from(name).map_err(|_| OutboundError::InvalidCredential)?;
        let value = HeaderValue::try_from(value).map_err(|_| OutboundError::InvalidCredential)?;
        Ok((name, value))
    });
    pairs.collect()
}

fn stream(pieces: mpsc::Receiver<Bytes>) -> reqwest::Body {
    let stream = futures::stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.recv().await?;
        Some((Ok::<_, std::io::Error>(piece), pieces))
    });
    reqwest::Body::wrap_stream(stream)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Policy;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    /// Answers one request, whose end is known by heart, and gives what it was.
    async fn answer_once(listener: TcpListener, end: &str, answer: &str) -> String {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(end.as_bytes()) {
            socket.read_buf(&mut request).await.unwrap();
        }
        socket.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    }

    async fn server() -> (TcpListener, String) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/upload", listener.local_addr().unwrap());
        (listener, url)
    }

    #[tokio::test]
    async fn pieces_are_sent_with_their_length_and_every_status_is_an_answer() {
        let (listener, url) = server().await;
        let (sender, pieces) = mpsc::channel(2);
        for piece in ["one ", "two ", "end"] {
            let sender = sender.clone();
            tokio::spawn(async move { sender.send(Bytes::from_static(piece.as_bytes())).await });
            tokio::task::yield_now().await;
        }
        drop(sender);
        let body = ExchangeBody::Pieces { pieces, length: 11 };
        let headers = vec![("origin".to_owned(), "https://example.org".to_owned())];
        let exchange = Exchange { post: true, url, headers, body };
        let outbound = Outbound::new(Policy::AnyIncludingPrivate);
        let gone = "HTTP/1.1 410 Gone\r\ncontent-length: 4\r\n\r\nlost";
        let (request, answer) =
            tokio::join!(answer_once(listener, "end", gone), outbound.exchange(exchange));
        let request = request.to_lowercase();
        assert!(request.contains("content-length: 11") && request.ends_with("one two end"));
        assert!(request.contains("origin: https://example.org"));
        assert!(!request.contains("transfer-encoding"));
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 410);
        assert_eq!(answer.whole(4).await.unwrap(), b"lost");
    }

    #[tokio::test]
    async fn an_answer_is_not_taken_beyond_its_bound() {
        let (listener, url) = server().await;
        let exchange = Exchange { post: false, url, headers: vec![], body: ExchangeBody::Empty };
        let outbound = Outbound::new(Policy::AnyIncludingPrivate);
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlong";
        let (_, answer) =
            tokio::join!(answer_once(listener, "\r\n\r\n", ok), outbound.exchange(exchange));
        let error = answer.unwrap().whole(3).await.unwrap_err();
        assert!(matches!(error, OutboundError::TooLarge { largest: 3, .. }));
    }

    #[tokio::test]
    async fn files_are_not_fetched_from_this_machine() {
        let (_listener, url) = server().await;
        let exchange = Exchange { post: false, url, headers: vec![], body: ExchangeBody::Empty };
        let error = Outbound::new(Policy::Public).exchange(exchange).await.unwrap_err();
        assert!(matches!(error, OutboundError::Forbidden { .. }));
    }
}
