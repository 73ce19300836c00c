//! The engine's way to the network. Ours, because the engine's own leaves Nagle's delay on
//! (44 ms a send on loopback), tells nobody that a connection could not be made, and lets
//! WhatsApp be told that something arrived, a new link or a receipt, before it is on disk.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::SplitStream;
use http::header::{HeaderValue, ORIGIN};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use tokio_websockets::{ClientBuilder, Connector, MaybeTlsStream, Message, WebSocketStream};
use wacore::net::{
    DisconnectReason, Transport, TransportEvent, TransportFactory, WHATSAPP_WEB_ORIGIN,
};

use self::writer::Writer;
use crate::endpoint::Endpoint;

/// How many received frames may wait for the engine; the socket is not read beyond that.
const FRAME_QUEUE: usize = 64;
/// How many frames may wait to be written; the engine waits beyond that.
const WRITE_QUEUE: usize = 64;
/// How long the frames that wait have to be written when the engine closes the socket.
const CLOSE: Duration = Duration::from_secs(1);
/// How long making a connection may take, with TLS and the websocket's upgrade.
const CONNECT: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests;
mod writer;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What the session wants to know of its sockets.
#[async_trait]
pub(crate) trait SocketWatcher: Send + Sync {
    /// A connection is about to be made; the one before is gone.
    ///
    /// # Errors
    /// When there must be none any more.
    fn may_connect(&self) -> anyhow::Result<()>;
    /// No connection could be made, and why.
    fn unreachable(&self, why: &anyhow::Error);
    /// The engine dropped the connection after the server had introduced itself.
    fn not_trusted(&self);
    /// An established connection is gone.
    fn offline(&self);
    /// Frames of the engine are about to be written; they go out when this returns. On an error
    /// they do not, and the connection ends.
    async fn before_send(&self) -> anyhow::Result<()>;
    /// Something came; it is handed to the engine when this returns. On an error it is not,
    /// and the connection ends.
    async fn before_receive(&self) -> anyhow::Result<()>;
}

/// Opens the sockets of one session.
pub(crate) struct Sockets {
    endpoint: Endpoint,
    watcher: Arc<dyn SocketWatcher>,
    heard: Arc<LastHeard>,
}

/// When the last frame came, for the watchdog.
pub(crate) struct LastHeard {
    start: Instant,
    millis: AtomicU64,
}

impl Default for LastHeard {
    fn default() -> Self {
        Self { start: Instant::now(), millis: AtomicU64::new(0) }
    }
}

impl LastHeard {
    fn now(&self) {
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.millis.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn ago(&self) -> Duration {
        let then = Duration::from_millis(self.millis.load(Ordering::Relaxed));
        self.start.elapsed().saturating_sub(then)
    }
}

impl Sockets {
    pub(crate) fn new(
        endpoint: Endpoint,
        watcher: Arc<dyn SocketWatcher>,
        heard: Arc<LastHeard>,
    ) -> Self {
        Self { endpoint, watcher, heard }
    }

    async fn connect(&self) -> anyhow::Result<Socket> {
        let address = (self.endpoint.host(), self.endpoint.port());
        let tcp = TcpStream::connect(address).await?;
        tcp.set_nodelay(true)?;
        let connector = if self.endpoint.is_tls() { tls()? } else { &Connector::Plain };
        let stream = connector.wrap(self.endpoint.host(), tcp).await?;
        let (socket, _) = ClientBuilder::from_uri(self.endpoint.uri().clone())
            .add_header(ORIGIN, HeaderValue::from_static(WHATSAPP_WEB_ORIGIN))?
            .connect_on(stream)
            .await?;
        Ok(socket)
    }
}

/// The TLS settings, made once: the trusted roots are the same for every socket.
fn tls() -> anyhow::Result<&'static Connector> {
    static TLS: OnceLock<Connector> = OnceLock::new();
    if let Some(connector) = TLS.get() {
        return Ok(connector);
    }
    let connector = Connector::new()?;
    Ok(TLS.get_or_init(|| connector))
}

#[async_trait]
impl TransportFactory for Sockets {
    async fn create_transport(
        &self,
    ) -> anyhow::Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        self.watcher.may_connect()?;
        let connected = match tokio::time::timeout(CONNECT, self.connect()).await {
            Ok(result) => result,
            Err(_) => Err(anyhow::anyhow!("no connection within {CONNECT:?}")),
        };
        let socket = connected.inspect_err(|why| self.watcher.unreachable(why))?;
        self.heard.now();
        let (sink, stream) = socket.split();
        let (frames, received) = async_channel::bounded(FRAME_QUEUE);
        frames.try_send(TransportEvent::Connected)?;
        let (closing, closed) = watch::channel(false);
        let counts: Arc<Counts> = Arc::default();
        let (outgoing, waiting) = mpsc::channel(WRITE_QUEUE);
        let writer = Writer {
            waiting,
            sink,
            watcher: self.watcher.clone(),
            closing: closing.clone(),
            counts: counts.clone(),
        };
        let transport = Arc::new(SocketTransport {
            outgoing: Mutex::new(Some(outgoing)),
            writer: tokio::sync::Mutex::new(Some(AbortOnDropHandle::new(tokio::spawn(
                writer.run(),
            )))),
            closing,
            counts: counts.clone(),
        });
        let reader = Reader {
            frames,
            closed,
            watcher: self.watcher.clone(),
            heard: self.heard.clone(),
            counts,
        };
        tokio::spawn(reader.run(stream));
        Ok((transport, received))
    }
}

/// How far the introduction of a connection got.
#[derive(Default)]
struct Counts {
    sent: AtomicU32,
    received: AtomicU32,
    closed_by_us: AtomicBool,
}

impl Counts {
    /// The engine left after the server's hello without a word: it did not believe it.
    fn introduction_refused(&self) -> bool {
        self.closed_by_us.load(Ordering::SeqCst)
            && self.sent.load(Ordering::SeqCst) == 1
            && self.received.load(Ordering::SeqCst) == 1
    }
}

struct SocketTransport {
    /// Where frames wait to be written. Closed when it is gone.
    outgoing: Mutex<Option<mpsc::Sender<Bytes>>>,
    /// A writer that is stuck ends with this.
    writer: tokio::sync::Mutex<Option<AbortOnDropHandle<()>>>,
    closing: watch::Sender<bool>,
    counts: Arc<Counts>,
}

#[async_trait]
impl Transport for SocketTransport {
    async fn send(&self, data: Bytes) -> anyhow::Result<()> {
        let outgoing = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let closed = || anyhow::anyhow!("the socket is closed");
        outgoing.ok_or_else(closed)?.send(data).await.map_err(|_| closed())
    }

    async fn disconnect(&self) {
        self.counts.closed_by_us.store(true, Ordering::SeqCst);
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Held until nothing is written any more: whoever closes it too makes the next
        // connection when this returns, and what was lost with this one is forgotten then.
        let mut writer = self.writer.lock().await;
        if let Some(mut task) = writer.take()
            && tokio::time::timeout(CLOSE, &mut task).await.is_err()
        {
            task.abort();
            let _ = task.await;
        }
        let _ = self.closing.send(true);
    }
}

struct Reader {
    frames: async_channel::Sender<TransportEvent>,
    closed: watch::Receiver<bool>,
    watcher: Arc<dyn SocketWatcher>,
    heard: Arc<LastHeard>,
    counts: Arc<Counts>,
}

impl Reader {
    async fn run(mut self, mut stream: SplitStream<Socket>) {
        let reason = loop {
            tokio::select! {
                biased;
                _ = self.closed.changed() => break DisconnectReason::Unknown,
                message = stream.next() => match message {
                    Some(Ok(message)) if message.is_close() => break server_close(&message),
                    Some(Ok(message)) => {
                        self.heard.now();
                        if message.is_binary() && !self.pass_on(message).await {
                            break DisconnectReason::Unknown;
                        }
                    }
                    Some(Err(error)) => break DisconnectReason::ReadError(error.to_string()),
                    None => break DisconnectReason::StreamEnded,
                },
            }
        };
        if self.counts.introduction_refused() {
            self.watcher.not_trusted();
        } else {
            self.watcher.offline();
        }
        let _ = self.frames.send(TransportEvent::Disconnected(reason)).await;
    }

    /// Hands a frame to the engine; `false`: nobody takes it any more.
    async fn pass_on(&mut self, message: Message) -> bool {
        self.counts.received.fetch_add(1, Ordering::SeqCst);
        let event = TransportEvent::DataReceived(Bytes::from(message.into_payload()));
        let pass_on = async {
            self.watcher.before_receive().await.is_ok() && self.frames.send(event).await.is_ok()
        };
        tokio::select! {
            biased;
            _ = self.closed.changed() => false,
            passed_on = pass_on => passed_on,
        }
    }
}

fn server_close(message: &Message) -> DisconnectReason {
    let close = message.as_close();
    DisconnectReason::ServerClose {
        code: close.map(|(code, _)| u16::from(code)),
        reason: close.map(|(_, text)| text.to_owned()).unwrap_or_default(),
    }
}
