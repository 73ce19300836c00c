//! The engine's way to the network. Ours, because the engine's own leaves Nagle's delay on
//! (44 ms a send on loopback), tells nobody that a connection could not be made, and lets
//! WhatsApp be told that something arrived, a new link or a receipt, before it is on disk.

mod handshake;
mod last_frame;
mod reader;
mod socket;
mod socket_transport;
mod socket_watcher;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use http::header::{HeaderValue, ORIGIN};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio_websockets::{ClientBuilder, Connector};
use wacore::net::{Transport, TransportEvent, TransportFactory, WHATSAPP_WEB_ORIGIN};

pub(crate) use self::last_frame::LastFrame;
pub(crate) use self::socket_watcher::SocketWatcher;

use self::handshake::Handshake;
use self::reader::Reader;
use self::socket::Socket;
use self::socket_transport::SocketTransport;
use self::writer::{WRITE_QUEUE, Writer};
use crate::endpoint::Endpoint;

/// How many received frames may wait for the engine; the socket is not read beyond that.
const FRAME_QUEUE: usize = 64;
/// How long making a connection may take, with TLS and the websocket's upgrade.
const CONNECT: Duration = Duration::from_secs(20);

/// Opens the sockets of one session.
pub(crate) struct Sockets {
    endpoint: Endpoint,
    watcher: Arc<dyn SocketWatcher>,
    last_frame: Arc<LastFrame>,
}

impl Sockets {
    pub(crate) fn new(
        endpoint: Endpoint,
        watcher: Arc<dyn SocketWatcher>,
        last_frame: Arc<LastFrame>,
    ) -> Self {
        Self { endpoint, watcher, last_frame }
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
        self.last_frame.came();
        let (sink, stream) = socket.split();
        let (frames, received) = async_channel::bounded(FRAME_QUEUE);
        frames.try_send(TransportEvent::Connected)?;
        let (closing, closed) = watch::channel(false);
        let handshake: Arc<Handshake> = Arc::default();
        let (outgoing, waiting) = mpsc::channel(WRITE_QUEUE);
        let writer = Writer {
            waiting,
            sink,
            watcher: self.watcher.clone(),
            closing: closing.clone(),
            handshake: handshake.clone(),
        };
        let transport = SocketTransport::new(outgoing, writer, closing, handshake.clone());
        let reader = Reader {
            frames,
            closed,
            watcher: self.watcher.clone(),
            last_frame: self.last_frame.clone(),
            handshake,
        };
        tokio::spawn(reader.run(stream));
        Ok((Arc::new(transport), received))
    }
}
