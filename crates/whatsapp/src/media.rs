//! The engine's way to WhatsApp's files: HTTP through the guarded door of all sessions.
//!
//! The engine reads and writes large files in threads that may block; the requests run on the
//! runtime, and pieces go between the two through bounded channels.

use std::io::{self, Read};

use async_trait::async_trait;
use bytes::Bytes;
use siskin_outbound::{Exchange, ExchangeBody, Outbound, OutboundError, Policy};
use tokio::sync::{mpsc, oneshot};
use wacore::net::{HttpClient, HttpRequest, HttpResponse, StreamingHttpResponse, UploadBody};

use crate::SIMULATOR_ONLY;
use crate::endpoint::Endpoint;

/// How many pieces of a file may wait between the network and a thread.
const PIECES: usize = 4;
/// The size of a piece that is sent, in bytes.
const PIECE: usize = 64 * 1024;
/// The largest answer that is taken at once, in bytes: descriptions of what was uploaded.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The HTTP client of all sessions. Cloning it is cheap.
#[derive(Clone)]
pub(crate) struct Media {
    outbound: Outbound,
    /// Where a build for the simulator goes instead of wherever the engine says.
    simulator: Option<String>,
}

type Answer = Result<(u16, mpsc::Receiver<io::Result<Bytes>>), OutboundError>;

impl Media {
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        if SIMULATOR_ONLY {
            let (host, port) = endpoint.address();
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            let simulator = Some(format!("http://{host}:{port}"));
            return Self { outbound: Outbound::new(Policy::AnyIncludingPrivate), simulator };
        }
        Self { outbound: Outbound::new(Policy::Public), simulator: None }
    }

    fn exchange(&self, request: HttpRequest, body: ExchangeBody) -> Exchange {
        Exchange {
            post: request.method == "POST",
            url: self.address(request.url),
            headers: request.headers.into_iter().collect(),
            body,
        }
    }

    /// The address to call: the engine knows only WhatsApp's own hosts.
    fn address(&self, url: String) -> String {
        let Some(simulator) = &self.simulator else { return url };
        let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        format!("{simulator}/{}", path.map(|(_, path)| path).unwrap_or_default())
    }

    /// Runs a request on the runtime; its answer's pieces come out of a channel.
    fn run(&self, exchange: Exchange) -> io::Result<oneshot::Receiver<Answer>> {
        let runtime = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let (answered, answer) = oneshot::channel();
        let outbound = self.outbound.clone();
        runtime.spawn(async move {
            let mut response = match outbound.exchange(exchange).await {
                Ok(response) => response,
                Err(error) => return drop(answered.send(Err(error))),
            };
            let (pieces, body) = mpsc::channel(PIECES);
            let _ = answered.send(Ok((response.status(), body)));
            loop {
                let piece = match response.piece().await {
                    Ok(Some(piece)) => Ok(piece),
                    Ok(None) => return,
                    Err(error) => Err(io::Error::other(error)),
                };
                let is_last = piece.is_err();
                if pieces.send(piece).await.is_err() || is_last {
                    return;
                }
            }
        });
        Ok(answer)
    }
}

/// Waits for an answer in a thread that may block.
fn wait(answer: oneshot::Receiver<Answer>) -> anyhow::Result<(u16, Pieces)> {
    let (status, pieces) = answer.blocking_recv()??;
    Ok((status, Pieces { pieces, current: Bytes::new() }))
}

/// An answer's body, for a thread that may block.
struct Pieces {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.current = piece?,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len());
        buffer[..length].copy_from_slice(&self.current.split_to(length));
        Ok(length)
    }
}

#[async_trait]
impl HttpClient for Media {
    async fn execute(&self, mut request: HttpRequest) -> anyhow::Result<HttpResponse> {
        let body = request.body.take().map_or(ExchangeBody::Empty, ExchangeBody::Whole);
        let answer = self.outbound.exchange(self.exchange(request, body)).await?;
        let status_code = answer.status();
        Ok(HttpResponse { status_code, body: answer.whole(LARGEST_ANSWER).await? })
    }

    fn supports_streaming(&self) -> bool {
        true
    }

    fn execute_streaming(&self, request: HttpRequest) -> anyhow::Result<StreamingHttpResponse> {
        let answer = self.run(self.exchange(request, ExchangeBody::Empty))?;
        let (status_code, pieces) = wait(answer)?;
        Ok(StreamingHttpResponse { status_code, body: Box::new(pieces) })
    }

    fn supports_upload_streaming(&self) -> bool {
        true
    }

    fn execute_upload(
        &self,
        request: HttpRequest,
        body: UploadBody,
        content_length: u64,
    ) -> anyhow::Result<HttpResponse> {
        let (sender, pieces) = mpsc::channel(PIECES);
        let body_of = ExchangeBody::Pieces { pieces, length: content_length };
        let answer = self.run(self.exchange(request, body_of))?;
        // If nobody takes the pieces any more, the answer says why.
        feed(body, content_length, &sender)?;
        drop(sender);
        let (status_code, pieces) = wait(answer)?;
        let mut body = Vec::new();
        let largest = u64::try_from(LARGEST_ANSWER).unwrap_or(u64::MAX);
        pieces.take(largest).read_to_end(&mut body)?;
        Ok(HttpResponse { status_code, body })
    }
}

/// Sends a file piece by piece, until its end or until nobody takes it any more.
fn feed(body: UploadBody, length: u64, pieces: &mpsc::Sender<Bytes>) -> io::Result<()> {
    let mut body = body.take(length);
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
        if body.by_ref().take(limit).read_to_end(&mut piece)? == 0 {
            return Ok(());
        }
        if pieces.blocking_send(piece.into()).is_err() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_build_for_the_simulator_goes_nowhere_else() {
        let media = Media::new(&Endpoint::new("ws://127.0.0.1:4000/ws/chat").unwrap());
        let url = "https://mmg.whatsapp.net/v/t62/file?ccb=1&auth=a/b".to_owned();
        let expected = if SIMULATOR_ONLY {
            "http://127.0.0.1:4000/v/t62/file?ccb=1&auth=a/b"
        } else {
            url.as_str()
        };
        assert_eq!(media.address(url.clone()), expected);
    }

    #[test]
    fn a_file_is_sent_in_pieces_to_its_end() {
        let file: Vec<u8> = (0..PIECE + 10).map(|byte| byte as u8).collect();
        let (sender, mut pieces) = mpsc::channel(PIECES);
        let length = u64::try_from(file.len()).unwrap();
        feed(Box::new(io::Cursor::new(file.clone())), length, &sender).unwrap();
        drop(sender);
        let mut sent = Vec::new();
        while let Some(piece) = pieces.blocking_recv() {
            sent.extend_from_slice(&piece);
        }
        assert_eq!(sent, file);
    }

    #[test]
    fn a_broken_answer_is_not_taken_for_a_short_one() {
        let (sender, pieces) = mpsc::channel(PIECES);
        sender.blocking_send(Ok(Bytes::from_static(b"half"))).unwrap();
        sender.blocking_send(Err(io::Error::other("reset"))).unwrap();
        let mut body = Pieces { pieces, current: Bytes::new() };
        assert!(body.read_to_end(&mut Vec::new()).is_err());
    }
}
