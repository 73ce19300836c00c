//! The engine's way to WhatsApp's files: HTTP through the guarded door of all sessions.
//!
//! The engine reads and writes large files in threads that may block; the requests run on the
//! runtime, and pieces go between the two through bounded channels.

use std::io::{self, Read};

use async_trait::async_trait;
use bytes::Bytes;
use siskin_outbound::{Exchange, ExchangeAnswer, ExchangeBody, Outbound, Policy};
use tokio::sync::{mpsc, oneshot};
use wacore::net::{HttpClient, HttpRequest, HttpResponse, StreamingHttpResponse, UploadBody};

use crate::client_slot::ClientSlot;
use crate::endpoint::{Endpoint, SIMULATOR_ONLY};
use crate::media_url::MediaUrl;

/// How many pieces of a file may wait between the network and a thread.
const PIECES: usize = 4;
/// The size of a piece that is sent, in bytes.
const PIECE: usize = 64 * 1024;
/// The largest answer that is taken at once, in bytes: descriptions of what was uploaded.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The HTTP client of one session; all of them share its connections. Cloning it is cheap.
///
/// Paths of files come from whoever writes a message, and the engine puts them behind the name
/// of a host. So what it asks for is looked at as a whole: only WhatsApp's hosts are called, by
/// `https` and without redirects.
#[derive(Clone)]
pub(crate) struct MediaClient {
    outbound: Outbound,
    /// Where a build for the simulator goes instead. It is told the host that was meant.
    simulator: Option<String>,
    /// The session's own client, which knows the hosts that the network named last.
    client: ClientSlot,
}

/// An address that the engine wanted to call. The text does not show it: it has a token in it.
#[derive(Debug, thiserror::Error)]
#[error("the address of a file does not lead to WhatsApp")]
struct NotWhatsApps;

type Answer = anyhow::Result<(u16, mpsc::Receiver<io::Result<Bytes>>)>;

impl MediaClient {
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        let client = ClientSlot::default();
        if SIMULATOR_ONLY {
            let (host, port) = endpoint.address();
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            let simulator = Some(format!("http://{host}:{port}"));
            return Self {
                outbound: Outbound::new(Policy::AnyIncludingPrivate),
                simulator,
                client,
            };
        }
        Self { outbound: Outbound::new(Policy::Public), simulator: None, client }
    }

    /// The same for a session, whose client will be in that slot.
    pub(crate) fn of_session(&self, client: ClientSlot) -> Self {
        Self { client, ..self.clone() }
    }

    async fn begin(
        &self,
        request: HttpRequest,
        body: ExchangeBody,
    ) -> anyhow::Result<ExchangeAnswer> {
        let url = MediaUrl::parse(&request.url).ok_or(NotWhatsApps)?;
        if !url.is_whatsapps() && !self.was_named(url.host()).await {
            return Err(NotWhatsApps.into());
        }
        let mut headers: Vec<_> = request.headers.into_iter().collect();
        let called = match &self.simulator {
            Some(simulator) => {
                headers.push(("host".to_owned(), url.host().to_owned()));
                format!("{simulator}{}", url.path())
            }
            None => request.url,
        };
        let exchange = Exchange { post: request.method == "POST", url: called, headers, body };
        Ok(self.outbound.exchange(exchange).await?)
    }

    /// Whether the network has named a host for files. It was asked right before, by whoever
    /// put the address together, so this rarely asks again.
    async fn was_named(&self, host: &str) -> bool {
        let Some(client) = self.client.client() else { return false };
        let Ok(named) = client.refresh_media_conn(false).await else { return false };
        named.hosts.iter().any(|named| named.hostname == host)
    }

    /// Runs a request on the runtime; its answer's pieces come out of a channel.
    fn run(
        &self,
        request: HttpRequest,
        body: ExchangeBody,
    ) -> io::Result<oneshot::Receiver<Answer>> {
        let runtime = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let (answered, answer) = oneshot::channel();
        let media = self.clone();
        runtime.spawn(async move {
            let mut response = match media.begin(request, body).await {
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
impl HttpClient for MediaClient {
    async fn execute(&self, mut request: HttpRequest) -> anyhow::Result<HttpResponse> {
        let body = request.body.take().map_or(ExchangeBody::Empty, ExchangeBody::Whole);
        let answer = self.begin(request, body).await?;
        let status_code = answer.status();
        Ok(HttpResponse { status_code, body: answer.whole(LARGEST_ANSWER).await? })
    }

    fn supports_streaming(&self) -> bool {
        true
    }

    fn execute_streaming(&self, request: HttpRequest) -> anyhow::Result<StreamingHttpResponse> {
        let answer = self.run(request, ExchangeBody::Empty)?;
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
        let answer = self.run(request, body_of)?;
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

    #[tokio::test]
    async fn what_does_not_lead_to_whatsapp_is_not_called() {
        // Nobody listens there: a call would fail in another way.
        let media = MediaClient::new(&Endpoint::new("ws://127.0.0.1:1/ws/chat").unwrap());
        for path in ["@evil.test/steal", ".evil.test/x", "//evil.test/x", ":1/x", "/../x"] {
            let url = format!("https://mmg.whatsapp.net{path}?auth=secret&token=x");
            for request in [HttpRequest::get(&url), HttpRequest::post(&url)] {
                let error = media.execute(request.clone()).await.err().unwrap();
                assert!(error.is::<NotWhatsApps>(), "{path}: {error}");
                let streaming = media.clone();
                let streamed = tokio::task::spawn_blocking(move || {
                    streaming.execute_streaming(request).err().unwrap()
                });
                let error = streamed.await.unwrap();
                assert!(error.is::<NotWhatsApps>(), "{path}: {error}");
                assert!(!error.to_string().contains("secret"));
            }
        }
    }

    #[cfg(feature = "danger-simulator-only")]
    #[tokio::test]
    async fn a_build_for_the_simulator_tells_it_which_host_was_meant() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("ws://{}/ws/chat", listener.local_addr().unwrap());
        let media = MediaClient::new(&Endpoint::new(&endpoint).unwrap());
        let serve = async {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") {
                socket.read_buf(&mut asked).await.unwrap();
            }
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            String::from_utf8(asked).unwrap().to_lowercase()
        };
        let request = HttpRequest::get("https://mmg.whatsapp.net/v/t62/file?ccb=1&auth=a/b");
        let (asked, answer) = tokio::join!(serve, media.execute(request));
        assert_eq!(answer.unwrap().status_code, 200);
        assert!(asked.starts_with("get /v/t62/file?ccb=1&auth=a/b http"), "{asked}");
        assert!(asked.contains("\r\nhost: mmg.whatsapp.net\r\n"), "{asked}");
        assert_eq!(asked.matches("host:").count(), 1, "{asked}");
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
